"""Vocabulary of the sample world: names, places, categories and free texts.

Belongs here: word lists. Does not belong here: how often a word is used.
Mail domains are the reserved ones (RFC 2606), so no address belongs to anybody.
"""

from __future__ import annotations

FEMALE_NAMES = (
    "Amelia", "Olivia", "Isla", "Ava", "Emily", "Sophie", "Grace", "Lily", "Chloé", "Zoë", "Hannah",
    "Charlotte", "Lucy", "Ella", "Anna", "Clara", "Marta", "Ingrid", "Fatima", "Priya", "Mei",
    "Aisha", "Nadia", "Renée", "Siobhan", "Eleanor", "Ruth", "Judith", "Helena", "Paula",
)  # fmt: skip
MALE_NAMES = (
    "Oliver", "George", "Harry", "Jack", "Noah", "Leo", "Arthur", "Thomas", "José", "Jürgen",
    "William", "Henry", "Lucas", "Felix", "Max", "Paul", "Stefan", "Omar", "Rahul", "Wei", "Yusuf",
    "Andrei", "André", "Callum", "Ewan", "Rhys", "Owen", "Peter", "Simon", "Victor",
)  # fmt: skip
LAST_NAMES = (
    "Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Patel",
    "Robinson", "Wright", "Thompson", "Evans", "Walker", "White", "Roberts", "Green", "Hall",
    "Wood", "Jackson", "Clarke", "Müller", "Schmidt", "Weber", "Fischer", "O'Neill", "O'Brien",
    "Murphy", "Kelly", "Khan", "Ahmed", "Hussain", "Singh", "Kaur", "Nguyen", "Chen", "Garcia",
    "Martínez", "Rossi", "Novák", "Kowalski", "Andersson", "Hansen", "Baker", "Turner", "Hill",
    "Cooper", "Ward", "Morris", "Moore", "Clark", "Lee", "King", "Harris", "Morgan", "Allen",
    "James", "Scott", "Phillips", "Watson", "Parker", "Price", "Bennett", "Young", "Griffiths",
    "Mitchell", "Carter", "Collins", "Bailey", "Shaw", "Murray", "Fox", "Ellis", "Marshall",
    "Hunt", "Mills", "Palmer", "Stone", "Webb", "Reed",
)  # fmt: skip
MAIL_DOMAINS = ("example.com", "example.org", "example.net")

CURRENCIES = ("GBP", "EUR", "USD")  # by country: Great Britain, Germany, United States
DIAL_CODES = ("44", "49", "1")
# City, region and postal area, by country.
PLACES = (
    (("London", "London", "SW1A"), ("Leeds", "Yorkshire", "LS1"), ("Bristol", "South West", "BS1"),
     ("Manchester", "North West", "M1"), ("Glasgow", "Scotland", "G1"),
     ("Cardiff", "Wales", "CF10"),
     ("Belfast", "Northern Ireland", "BT1"), ("Norwich", "East of England", "NR1")),
    (("Berlin", "Berlin", "101"), ("Köln", "Nordrhein-Westfalen", "506"),
     ("München", "Bayern", "803")),
    (("Boston", "Massachusetts", "021"), ("Austin", "Texas", "787"), ("Portland", "Oregon", "972")),
)  # fmt: skip
STREETS = (
    "High Street", "Station Road", "Church Lane", "Mill Road", "Park Avenue", "Victoria Road",
    "King Street", "Queens Road", "The Green", "Bridge Street", "Chapel Lane", "Orchard Close",
)  # fmt: skip

GENDERS = ("female", "male", "other")
OCCUPATIONS = ("teacher", "nurse", "engineer", "retired", "student", "manager", "builder", "chef")
INCOME_BANDS = ("under 20k", "20k-40k", "40k-60k", "60k-100k", "over 100k")
EDUCATIONS = ("secondary", "vocational", "bachelor", "master", "doctorate")
LIFESTYLES = ("cook", "gardener", "cook;host", "traveller", "host", "gardener;reader", "athlete")
# The last one is for those whom a customer brought, the others for the rest.
ACQUISITION_CHANNELS = (
    "organic_search", "paid_search", "social", "print", "store", "email", "affiliate", "referral"
)  # fmt: skip

# Department, group, leaf category: the three levels of a category path.
CATEGORY_TREE = (
    ("Pantry", "Coffee and tea", ("Coffee beans", "Ground coffee", "Loose tea")),
    ("Pantry", "Cooking", ("Olive oil", "Spices", "Pasta")),
    ("Pantry", "Sweets", ("Chocolate", "Biscuits", "Nuts and fruit")),
    ("Kitchen", "Cookware", ("Pans", "Knives", "Baking tins")),
    ("Kitchen", "Tableware", ("Plates", "Glasses", "Cutlery")),
    ("Kitchen", "Appliances", ("Kettles", "Grinders", "Mixers")),
    ("Home", "Textiles", ("Bed linen", "Towels", "Cushions")),
    ("Home", "Lighting", ("Table lamps", "Candles", "Bulbs")),
    ("Home", "Storage", ("Baskets", "Shelves", "Boxes")),
    ("Garden", "Plants", ("Seeds", "Bulbs to plant", "Herbs")),
    ("Garden", "Tools", ("Hand tools", "Watering", "Gloves")),
    ("Garden", "Outdoor", ("Garden lights", "Benches", "Pots")),
)
OWN_BRAND = "Hearth & Co"
BRANDS = ("Alder", "Brightwell", "Calder", "Dunmore", "Elstree", "Farrow", "Grove", "Harbour")
PRODUCT_WORDS = ("Classic", "Everyday", "Heritage", "Fresh", "Studio", "Fine", "Country", "Select")

SURVEY_TEXTS = (
    None, "Great service, thank you", "Delivery was late", "Too expensive for what it is",
    "Staff were helpful", "Lovely quality", "The parcel arrived damaged", "Will buy again",
)  # fmt: skip
