//! The problems of ad, explained at `/problems/CODE`. Those of all products are chassis's.

use chassis::problem::Kind;

pub static KINDS: &[Kind] = &[
    Kind {
        code: "campaign_not_found", en: "The tenant has no such campaign.", ko: "회사에 해당 캠페인이 없습니다."
    },
    Kind {
        code: "currency_not_supported",
        en: "Campaigns do not support the currency of the tenant.",
        ko: "캠페인에서 지원하지 않는 회사 통화입니다.",
    },
    Kind {
        code: "link_expired",
        en: "The link of an impression or a click is too old, or its viewer was erased.",
        ko: "노출 또는 클릭 링크가 오래되었거나 해당 사용자가 삭제되었습니다.",
    },
    Kind {
        code: "link_not_found",
        en: "The link was not made by this deployment, or its campaign does not exist.",
        ko: "이 시스템에서 만든 링크가 아니거나 캠페인이 없습니다.",
    },
    Kind {
        code: "tenant_not_known_yet",
        en: "The tenant signed up a moment ago. Try again after `Retry-After`.",
        ko: "방금 가입한 회사입니다. `Retry-After` 이후 다시 시도하세요.",
    },
    Kind {
        code: "too_many_campaigns",
        en: "The tenant has 1,000 active campaigns. Pause one to start another one.",
        ko: "진행 중인 캠페인이 이미 1,000개입니다. 하나를 일시 중지한 뒤 다시 시도하세요.",
    },
];

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn each_problem_is_explained() {
        chassis::problem::assert_listed(env!("CARGO_MANIFEST_DIR"), KINDS);
    }
}
