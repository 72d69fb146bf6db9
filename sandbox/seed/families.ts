/**
 * What the demo store sells: one row per kind of product, as a shop that also
 * sells on Amazon would stock it. Prices are US dollars as [lowest, highest];
 * `costShare` is cost as a share of price in percent; weight in grams.
 */
export interface ProductFamily {
  readonly code: string;
  readonly noun: string;
  readonly productType: string;
  readonly vendor: string;
  readonly tags: readonly string[];
  readonly priceUsd: readonly [number, number];
  readonly costShare: readonly [number, number];
  readonly weightGrams: number;
  /** Each option value carries the factor it puts on price and weight. */
  readonly sizes: readonly (readonly [label: string, factor: number])[];
  readonly colours: readonly string[];
}

const ONE_SIZE = [["", 1]] as const;
const EARTH = ["Slate", "Sage", "Oat", "Terracotta"] as const;
const METAL = ["Graphite", "Silver", "Midnight"] as const;
const TRAIL = ["Moss", "Ember", "Harbor", "Sand"] as const;

type Row = readonly [
  code: string,
  noun: string,
  priceUsd: readonly [number, number],
  weightGrams: number,
  sizes: readonly (readonly [string, number])[],
  colours: readonly string[],
];

/** Series names: each family is sold in several of them, one product each. */
export const SERIES = [
  ["Alder", "ALD"], ["Birch", "BIR"], ["Cove", "COV"], ["Dune", "DUN"], ["Ember", "EMB"],
  ["Fjord", "FJO"], ["Grove", "GRV"], ["Heath", "HEA"], ["Isle", "ISL"], ["Juniper", "JUN"],
  ["Kestrel", "KES"], ["Larch", "LAR"],
] as const; // prettier-ignore

const COOKWARE: readonly Row[] = [
  ["SKL", "Cast Iron Skillet", [24, 62], 2100, [["8 in", 0.8], ["10 in", 1], ["12 in", 1.3]], ["Black", "Slate"]],
  ["DOV", "Enameled Dutch Oven", [69, 180], 5200, [["4 qt", 0.85], ["6 qt", 1], ["7.5 qt", 1.2]], EARTH],
  ["SCP", "Stainless Saucepan", [32, 88], 1300, [["1.5 qt", 0.85], ["3 qt", 1.15]], ["Steel"]],
  ["FRY", "Nonstick Frying Pan", [22, 58], 900, [["8 in", 0.8], ["10 in", 1], ["12 in", 1.25]], ["Charcoal", "Sage"]],
  ["BKS", "Baking Sheet", [14, 32], 800, [["Quarter", 0.75], ["Half", 1], ["Set of 2", 1.7]], ["Steel", "Gold"]],
  ["LOF", "Loaf Pan", [13, 27], 600, [["8 in", 0.9], ["9 in", 1]], ["Charcoal", "Gold"]],
  ["MIX", "Mixing Bowl Set", [24, 56], 1500, [["3 pieces", 0.85], ["5 pieces", 1.2]], EARTH],
  ["CUT", "Acacia Cutting Board", [19, 64], 1600, [["Small", 0.7], ["Medium", 1], ["Large", 1.4]], ["Natural", "Walnut"]],
]; // prettier-ignore
const TABLETOP: readonly Row[] = [
  ["MUG", "Stoneware Mug", [11, 24], 420, [["12 oz", 1], ["16 oz", 1.2]], EARTH],
  ["DIN", "Dinner Plate", [12, 28], 700, [["Single", 1], ["Set of 4", 3.6]], EARTH],
  ["BWL", "Everyday Bowl", [10, 24], 480, [["Single", 1], ["Set of 4", 3.6]], EARTH],
  ["CAR", "Glass Carafe", [22, 46], 650, [["34 oz", 1], ["50 oz", 1.25]], ["Clear", "Smoke"]],
  ["TUM", "Double-Wall Tumbler", [16, 34], 330, [["12 oz", 0.9], ["20 oz", 1.1], ["30 oz", 1.3]], ["Slate", "Sage", "Blush"]],
  ["NAP", "Linen Napkins", [18, 42], 260, [["Set of 4", 1], ["Set of 8", 1.8]], EARTH],
]; // prettier-ignore
const BREW: readonly Row[] = [
  ["POV", "Pour-Over Dripper", [18, 44], 520, [["1 cup", 0.85], ["2 cups", 1]], ["White", "Slate", "Terracotta"]],
  ["KTL", "Gooseneck Kettle", [39, 98], 1100, [["0.6 L", 0.9], ["1 L", 1.15]], METAL],
  ["GRN", "Burr Coffee Grinder", [34, 129], 1400, [["Manual", 0.7], ["Electric", 1.5]], ["Graphite", "Cream"]],
  ["FPR", "French Press", [24, 58], 900, [["17 oz", 0.8], ["34 oz", 1.1]], METAL],
  ["SCA", "Coffee Scale", [22, 54], 450, ONE_SIZE, ["Graphite", "White"]],
  ["CLD", "Cold Brew Maker", [24, 48], 980, [["1 qt", 0.9], ["2 qt", 1.2]], ["Clear", "Smoke"]],
  ["FLT", "Paper Filters", [6, 14], 180, [["100 count", 1], ["200 count", 1.8]], ["Natural", "White"]],
]; // prettier-ignore
const OUTDOOR: readonly Row[] = [
  ["BTL", "Insulated Bottle", [22, 46], 420, [["18 oz", 0.9], ["24 oz", 1], ["32 oz", 1.2]], TRAIL],
  ["DRY", "Roll-Top Dry Bag", [16, 48], 320, [["5 L", 0.7], ["10 L", 0.9], ["20 L", 1.2]], TRAIL],
  ["LAN", "Camp Lantern", [24, 66], 480, [["300 lm", 0.85], ["600 lm", 1.25]], ["Moss", "Ember"]],
  ["HAM", "Packable Hammock", [34, 78], 760, [["Single", 0.85], ["Double", 1.2]], TRAIL],
  ["STV", "Backpacking Stove", [29, 89], 380, [["Solo", 0.8], ["Duo", 1.2]], ["Titanium"]],
  ["CHR", "Folding Camp Chair", [38, 96], 2900, [["Low", 0.9], ["High", 1.1]], TRAIL],
  ["BLK", "Trail Blanket", [36, 84], 1100, [["Throw", 0.8], ["Full", 1.2]], TRAIL],
  ["POL", "Trekking Poles", [34, 98], 520, [["100-115 cm", 1], ["115-135 cm", 1.05]], ["Moss", "Graphite"]],
  ["TWL", "Quick-Dry Towel", [14, 34], 210, [["Hand", 0.6], ["Body", 1], ["Beach", 1.3]], TRAIL],
  ["COL", "Soft Cooler", [39, 120], 1300, [["12 cans", 0.8], ["24 cans", 1.2]], ["Harbor", "Sand"]],
]; // prettier-ignore
const ELECTRONICS: readonly Row[] = [
  ["CHG", "USB-C Wall Charger", [18, 54], 140, [["30 W", 0.75], ["65 W", 1.1], ["100 W", 1.5]], ["White", "Graphite"]],
  ["CBL", "Braided USB-C Cable", [9, 24], 60, [["3 ft", 0.8], ["6 ft", 1], ["10 ft", 1.2]], METAL],
  ["PWB", "Power Bank", [24, 79], 310, [["10,000 mAh", 0.8], ["20,000 mAh", 1.3]], ["Graphite", "Sage"]],
  ["SPK", "Bluetooth Speaker", [29, 98], 560, [["Mini", 0.7], ["Standard", 1.15]], ["Graphite", "Ember", "Sand"]],
  ["EAR", "Wireless Earbuds", [29, 119], 90, ONE_SIZE, ["Graphite", "White", "Sage"]],
  ["LMP", "LED Desk Lamp", [28, 76], 980, [["Compact", 0.85], ["Full", 1.15]], ["White", "Graphite"]],
  ["HUB", "USB-C Hub", [24, 84], 130, [["5-in-1", 0.75], ["8-in-1", 1.2]], ["Silver", "Midnight"]],
  ["STD", "Phone Stand", [12, 34], 240, ONE_SIZE, METAL],
  ["PLG", "Smart Plug", [11, 26], 110, [["1 pack", 1], ["2 pack", 1.8], ["4 pack", 3.3]], ["White"]],
]; // prettier-ignore
const HOME: readonly Row[] = [
  ["CND", "Soy Candle", [14, 38], 520, [["8 oz", 0.8], ["14 oz", 1.2]], ["Cedar", "Fig", "Sea Salt"]],
  ["THR", "Waffle Throw", [39, 92], 1200, [["50 x 60 in", 1], ["60 x 80 in", 1.25]], EARTH],
  ["BSK", "Seagrass Basket", [18, 58], 900, [["Small", 0.7], ["Medium", 1], ["Large", 1.4]], ["Natural"]],
  ["PLT", "Ceramic Planter", [16, 52], 1300, [["4 in", 0.6], ["6 in", 1], ["8 in", 1.4]], EARTH],
  ["TWS", "Turkish Bath Towel", [18, 44], 480, [["Hand", 0.6], ["Bath", 1]], EARTH],
  ["HOK", "Wall Hook Rail", [16, 42], 620, [["3 hooks", 0.8], ["5 hooks", 1.1]], ["Natural", "Walnut"]],
]; // prettier-ignore
const WORKSHOP: readonly Row[] = [
  ["SCR", "Ratchet Screwdriver", [16, 44], 380, [["12 bits", 0.9], ["24 bits", 1.2]], ["Graphite"]],
  ["TPM", "Tape Measure", [9, 26], 300, [["16 ft", 0.85], ["25 ft", 1]], ["Graphite", "Ember"]],
  ["GLV", "Garden Gloves", [10, 24], 130, [["S", 1], ["M", 1], ["L", 1]], ["Moss", "Sand"]],
  ["PRN", "Bypass Pruner", [16, 48], 280, [["Compact", 0.9], ["Full", 1.1]], ["Moss"]],
  ["WCN", "Watering Can", [18, 46], 760, [["1 L", 0.8], ["2 L", 1.2]], ["Sage", "Copper"]],
]; // prettier-ignore
const PETS: readonly Row[] = [
  ["LSH", "Rope Dog Leash", [14, 36], 230, [["4 ft", 0.9], ["6 ft", 1]], TRAIL],
  ["PBD", "Orthopedic Pet Bed", [39, 129], 2400, [["S", 0.7], ["M", 1], ["L", 1.4]], ["Slate", "Oat"]],
  ["PBW", "Slow Feeder Bowl", [12, 29], 420, [["S", 0.85], ["L", 1.15]], ["Sage", "Slate"]],
]; // prettier-ignore

interface Department {
  readonly productType: string;
  readonly vendor: string;
  readonly tags: readonly string[];
  readonly costShare: readonly [number, number];
  readonly rows: readonly Row[];
}

const DEPARTMENTS: readonly Department[] = [
  { productType: "Cookware", vendor: "Copperline", tags: ["kitchen", "cookware"], costShare: [38, 52], rows: COOKWARE },
  { productType: "Tableware", vendor: "Juniper & Oak", tags: ["kitchen", "table"], costShare: [32, 46], rows: TABLETOP },
  { productType: "Coffee & Tea", vendor: "Slowbrew", tags: ["kitchen", "coffee"], costShare: [36, 50], rows: BREW },
  { productType: "Outdoor", vendor: "Northmoor", tags: ["outdoor", "camping"], costShare: [40, 55], rows: OUTDOOR },
  { productType: "Small Electronics", vendor: "Voltmere", tags: ["electronics"], costShare: [46, 62], rows: ELECTRONICS },
  { productType: "Home", vendor: "Halden Home", tags: ["home"], costShare: [32, 46], rows: HOME },
  { productType: "Tools & Garden", vendor: "Brightwell", tags: ["garden", "tools"], costShare: [42, 56], rows: WORKSHOP },
  { productType: "Pet Supplies", vendor: "Tidewater Pets", tags: ["pets"], costShare: [38, 52], rows: PETS },
]; // prettier-ignore

export const FAMILIES: readonly ProductFamily[] = DEPARTMENTS.flatMap((department) =>
  department.rows.map(([code, noun, priceUsd, weightGrams, sizes, colours]) => ({
    code,
    noun,
    priceUsd,
    weightGrams,
    sizes,
    colours,
    productType: department.productType,
    vendor: department.vendor,
    tags: department.tags,
    costShare: department.costShare,
  })),
);
