//! The campaigns of the demo data.

/// A campaign, in the currency and language of its tenant.
#[derive(Debug)]
pub struct Campaign {
    /// Slug of the tenant.
    pub tenant: &'static str,
    pub name: &'static str,
    pub headline: &'static str,
    pub body: &'static str,
    /// Interests of the people it targets.
    pub interests: &'static [&'static str],
    /// Highest price of a click, in millionths of the currency's unit.
    pub bid: i64,
    /// Highest charge a day, in millionths of the currency's unit.
    pub daily_budget: i64,
    /// Whether people of other tenants see it.
    pub open_to_all: bool,
}

pub const CAMPAIGNS: [Campaign; 12] = [
    Campaign {
        tenant: "hangang",
        name: "제주 봄 여행",
        headline: "제주의 봄, 2박 3일이면 충분해요",
        body: "바다가 보이는 숙소와 렌터카를 한 번에. 유채꽃이 지기 전에 다녀오세요.",
        interests: &["travel"],
        bid: 420_000_000,
        daily_budget: 30_000_000_000,
        open_to_all: true,
    },
    Campaign {
        tenant: "hangang",
        name: "동네 책방 구독",
        headline: "매달 한 권, 동네 책방이 골라 드려요",
        body: "읽고 나면 누군가에게 건네고 싶어지는 책만 보냅니다. 첫 달은 배송비가 없어요.",
        interests: &["books_and_literature"],
        bid: 260_000_000,
        daily_budget: 15_000_000_000,
        open_to_all: true,
    },
    Campaign {
        tenant: "hangang",
        name: "새벽 반찬",
        headline: "오늘 저녁 반찬 걱정, 내려놓으세요",
        body: "밤 11시까지 주문하면 아침 7시 전에 문 앞에. 간은 슴슴하게, 재료는 제철로.",
        interests: &["food_and_drink", "healthy_living"],
        bid: 380_000_000,
        daily_budget: 40_000_000_000,
        open_to_all: true,
    },
    Campaign {
        tenant: "hangang",
        name: "한강 러닝 모임",
        headline: "퇴근하고 한강에서 5km, 같이 뛰어요",
        body: "처음이어도 환영합니다. 매주 화요일과 목요일, 물과 응원은 저희가 준비할게요.",
        interests: &["sports", "healthy_living"],
        bid: 300_000_000,
        daily_budget: 12_000_000_000,
        open_to_all: false,
    },
    Campaign {
        tenant: "hangang",
        name: "작은 집 조명",
        headline: "작은 집일수록 조명이 반입니다",
        body: "스탠드 하나로 거실이 달라져요. 한 달 써 보고 마음에 안 들면 돌려주세요.",
        interests: &["home_and_garden", "style_and_fashion"],
        bid: 340_000_000,
        daily_budget: 20_000_000_000,
        open_to_all: false,
    },
    Campaign {
        tenant: "hangang",
        name: "기계식 키보드",
        headline: "타건 소리에 반해서 야근하지는 마세요",
        body: "조용한 적축부터 경쾌한 청축까지. 매장에서 열두 가지를 직접 쳐 보세요.",
        interests: &["technology_and_computing", "hobbies"],
        bid: 510_000_000,
        daily_budget: 25_000_000_000,
        open_to_all: true,
    },
    Campaign {
        tenant: "acme",
        name: "Four-minute tent",
        headline: "A tent that goes up before the rain comes down",
        body: "Two people, four minutes, no instructions left in the car. Free returns if it still beats you.",
        interests: &["travel", "sports"],
        bid: 620_000,
        daily_budget: 40_000_000,
        open_to_all: true,
    },
    Campaign {
        tenant: "acme",
        name: "Trail shoes",
        headline: "Shoes for people who say “just one more hill”",
        body: "Grippy in mud, quiet on the bus home. Now in the colour of the mud you will find.",
        interests: &["sports", "style_and_fashion"],
        bid: 480_000,
        daily_budget: 30_000_000,
        open_to_all: true,
    },
    Campaign {
        tenant: "acme",
        name: "Camp coffee",
        headline: "Good coffee, three hours from the nearest café",
        body: "A press, a grinder and a mug that survive the bottom of a rucksack.",
        interests: &["food_and_drink"],
        bid: 350_000,
        daily_budget: 15_000_000,
        open_to_all: true,
    },
    Campaign {
        tenant: "acme",
        name: "Head torch",
        headline: "1,000 lumens. Please don't look at your friends.",
        body: "40 hours on low, and a red light for reading maps without waking the tent.",
        interests: &["technology_and_computing", "hobbies"],
        bid: 540_000,
        daily_budget: 25_000_000,
        open_to_all: false,
    },
    Campaign {
        tenant: "acme",
        name: "Field guides",
        headline: "Know your birds before breakfast",
        body: "Pocket guides to birds, mushrooms and stars. Waterproof pages, honest drawings, no batteries.",
        interests: &["books_and_literature", "hobbies"],
        bid: 280_000,
        daily_budget: 12_000_000,
        open_to_all: true,
    },
    Campaign {
        tenant: "acme",
        name: "Balcony meadow",
        headline: "Your balcony called. It wants to be a meadow.",
        body: "Wildflower seed mixes for pots and window boxes. Bees bring their own furniture.",
        interests: &["home_and_garden"],
        bid: 310_000,
        daily_budget: 14_000_000,
        open_to_all: false,
    },
];

#[cfg(test)]
mod tests {
    use super::CAMPAIGNS;

    #[test]
    fn an_ad_fits_its_slot() {
        for campaign in &CAMPAIGNS {
            assert!(campaign.headline.chars().count() <= 60, "{}", campaign.name);
            assert!(campaign.body.chars().count() <= 140, "{}", campaign.name);
            assert!(campaign.bid <= campaign.daily_budget, "{}", campaign.name);
        }
    }
}
