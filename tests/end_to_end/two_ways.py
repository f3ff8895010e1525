"""One landing zone, two deployments: one lives through the days, one loads all on the last.

Belongs here: what either does on a day, and what is compared. Does not belong here: what lands
(``extract_sequences.py``, ``played_landing.py``).

Both make the models as a refresh does, without Dagster, claims and publication: a landing zone as
wild as these breaks claims, and a refresh would stop there.
"""

import shutil
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from benchmarks.table_hashes import BUILT, table_hashes
from orchestration import warehouse
from orchestration.assets.history import LISTS, STATE
from orchestration.contracts import ExtractContract, load_extract_contracts
from orchestration.history.change_log import opening_sql
from orchestration.history.closings import write_closing
from orchestration.history.declared import change_logs
from orchestration.history.export_memory import remember_export
from orchestration.history.segment_memory import MEMBERSHIPS, Declaration, remember
from orchestration.ingest import partition
from orchestration.ingest.errors import ExtractError, SnapshotNotLoaded
from orchestration.ingest.landing import is_arriving
from orchestration.ingest.load import load_until
from orchestration.model_steps import STEPS
from orchestration.replay.plan import plan_for
from orchestration.settings import CONTRACTS_ROOT, PROJECT_ROOT, Settings, Zones, known_sources
from orchestration.transform.build import build, load_seeds
from orchestration.transform.compiled import MODELS_SOURCE, CompiledProject
from orchestration.transform.incremental.part import KeptPart

CONTRACTS = load_extract_contracts(CONTRACTS_ROOT, known_sources())
# Every staging model, identity, orders with what is computed of them, who the customers are, and
# all tables that are kept from run to run.
ORDER_SIDE = ("staging/", "intermediate/identity/", "intermediate/sales/", "marts/sales/",
              "marts/customer/", "intermediate/purchases/")  # fmt: skip
COMPARED = (
    *BUILT[1:],
    "raw",
    "history",
    "models",
    *sorted({c.raw_schema for c in CONTRACTS.values()}),
)


def order_side(project: CompiledProject) -> list[str]:
    """Nodes of the models of ``ORDER_SIDE``, of kept ones, and of what they stand on."""
    folder = PROJECT_ROOT / "dbt_project" / "models"
    names = [
        path.stem
        for path in sorted(folder.rglob("*.sql"))
        if str(path.relative_to(folder)).startswith(ORDER_SIDE)
        or project.models[project.node_of(path.stem)].kept_by
    ]
    behind = behind_python_models(project)
    chosen = [name for name in names if project.node_of(name) not in behind]
    return [model.node for model in plan_for(project, chosen, {}).models]


def behind_python_models(project: CompiledProject) -> set[str]:
    """The models that stand on a table that Python models make."""
    behind: set[str] = set()
    graph = {node: model.reads for node, model in project.models.items()}
    for node in TopologicalSorter(graph).static_order():
        reads = graph.get(node, ())
        if any(read.startswith(MODELS_SOURCE) or read in behind for read in reads):
            behind.add(node)
    return behind


def kept_alone(project: CompiledProject, with_claims: bool = False) -> CompiledProject:
    """A project of nothing but what is kept from run to run and stands before it."""
    part = KeptPart(project)
    claims = {node: project.claims[node] for node in part.claims} if with_claims else {}
    return CompiledProject(part.chain, project.seeds_file, claims)


@dataclass
class Deployment:
    """A deployment in ``home``; with ``nodes`` it makes these models, else all and remembers."""

    home: Path
    project: CompiledProject
    nodes: Collection[str] | None
    read_elsewhere: Collection[str] | None = None
    told: list[str] = field(default_factory=list)  # what was made again of kept tables
    refused: dict[tuple[str, str], str] = field(default_factory=dict)  # class of error, by table

    def __post_init__(self) -> None:
        self.settings = Settings(home=self.home)

    def ingest(self, as_of: date, *, reload: bool = False) -> None:
        """Load every extract as a refresh does: one that is refused does not hide the next.

        What has left landing was withdrawn here: do what the warning or error says, and run again.
        """
        self.refused = {}
        zones = self.settings.zones
        for name, contract in CONTRACTS.items():
            try:
                results = load_until(contract, zones, as_of, reload=reload)
                left = [day for result in results for day in result.left_landing]
                for day in left:
                    shutil.rmtree(partition.partition_folder(zones.raw, contract, day))
                if left:
                    load_until(contract, zones, as_of)
                _remove_snapshots_asked_for(contract, zones, as_of)
            except ExtractError as error:
                self.refused[name] = type(error).__name__

    def make(self, as_of: date) -> None:
        """Make the models as of the date."""
        everything = set(self.project.models)
        behind = behind_python_models(self.project)
        with warehouse.write(self.settings) as connection:
            warehouse.register_raw(connection, self.settings, CONTRACTS, as_of)
            load_seeds(connection, self.project)
            self._build(connection, everything - behind if self.nodes is None else self.nodes)
            if self.nodes is None:
                for step in STEPS:
                    step.run(connection, self.settings, as_of)
                self._build(connection, everything & behind)
                self._remember(connection, as_of)

    def hashes(self) -> dict[str, str]:
        """Content hash of every table that was made last, and of raw as it was then."""
        with warehouse.read(self.settings) as connection:
            return table_hashes(connection, COMPARED)

    def _build(self, connection: duckdb.DuckDBPyConnection, nodes: Collection[str]) -> None:
        in_order = [node for node in self.project.models if node in set(nodes)]
        results = [
            *build(
                connection,
                self.settings,
                self.project,
                in_order,
                self.read_elsewhere,
                told=self.told.append,
            )
        ]
        assert [result for result in results if result.is_failure] == []

    def _remember(self, connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
        zones, now = self.settings.zones, datetime.now(UTC).replace(tzinfo=None)
        write_closing(connection, zones, STATE, as_of, self.settings.value_period)
        remember_export(connection, zones, LISTS, as_of)
        remember(connection, zones, MEMBERSHIPS, as_of, Declaration("drill", now, "none"))

    def raw_content(self, as_of: date) -> dict[str, dict[str, bytes]]:
        """Every byte that is visible in raw, and what was refused of it, by table."""
        zones = self.settings.zones
        found: dict[str, dict[str, bytes]] = {}
        for (source, table), contract in CONTRACTS.items():
            files = found.setdefault(f"{source}.{table}", {})
            if (source, table) in self.refused:
                continue  # raw stays as it was before, and a refresh stops here
            for manifest in partition.read_manifests(contract, zones, as_of):
                of = (contract, manifest.extract_date)
                told = partition.partition_folder(zones.raw, *of) / "manifest.json"
                paths = [told, told.with_name(manifest.data_file)]
                paths += partition.partition_folder(zones.quarantine, *of).glob("*")
                files |= {str(path.relative_to(self.home)): path.read_bytes() for path in paths}
        return found

    def memory(self, as_of: date) -> dict[str, set[tuple[object, ...]]]:
        """What is remembered for the day after."""
        tomorrow = as_of + timedelta(days=1)
        return {
            name: set(duckdb.sql(opening_sql(log, self.settings.zones, tomorrow)).fetchall())
            for name, log in change_logs().items()
        }


def _remove_snapshots_asked_for(contract: ExtractContract, zones: Zones, as_of: date) -> None:
    """Remove the snapshots that were passed over and then withdrawn, as the error says."""
    while True:
        try:
            partition.read_manifests(contract, zones, as_of)
        except SnapshotNotLoaded as error:
            assert not is_arriving(zones, contract, error.extract_date)
            shutil.rmtree(partition.partition_folder(zones.raw, contract, error.extract_date))
        else:
            return


def alone(living: Deployment, home: Path) -> Deployment:
    """A new deployment on the same landing zone, with the memory of the days before.

    Segments held, lists exported and periods closed depend on which days were run; the same memory
    must give the same day.
    """
    home.mkdir()
    (home / "landing").symlink_to(living.home / "landing")
    for zone in (living.settings.zones.history, living.settings.zones.models):
        if zone.exists():
            shutil.copytree(zone, home / zone.name)
    return Deployment(home, living.project, living.nodes, living.read_elsewhere)


def raw_differences(living: Deployment, fresh: Deployment, as_of: date) -> list[str]:
    """Extracts of which two deployments do not hold the same."""
    if living.refused != fresh.refused:
        return [f"refused: {living.refused} against {fresh.refused}"]
    ours, theirs = living.raw_content(as_of), fresh.raw_content(as_of)
    return [f"raw: {name}" for name in ours if ours[name] != theirs[name]]


def differences(living: Deployment, fresh: Deployment, as_of: date) -> list[str]:
    """What two deployments do not agree on; both have made the models, unless refused."""
    found = raw_differences(living, fresh, as_of)
    if living.refused or fresh.refused:
        return found
    ours, theirs = living.hashes(), fresh.hashes()
    found += [name for name in sorted(ours | theirs) if ours.get(name) != theirs.get(name)]
    mind, memory = living.memory(as_of), fresh.memory(as_of)
    return found + [f"memory: {name}" for name in mind if mind[name] != memory[name]]
