//! The problems of ad, explained at `/problems/CODE`. Those of all products are chassis's.

use chassis::problem::Kind;

pub static KINDS: &[Kind] = &[
    Kind {
        code: "campaign_ended",
        en: "The campaign has ended, which is final. Duplicate it to run it again.",
        ko: "종료된 캠페인은 변경할 수 없습니다. 다시 집행하려면 복제하세요.",
    },
    Kind {
        code: "campaign_not_found", en: "The tenant has no such campaign.", ko: "회사에 해당 캠페인이 없습니다."
    },
    Kind {
        code: "creative_not_found",
        en: "The campaign has no such creative, or it was removed.",
        ko: "캠페인에 해당 소재가 없거나 이미 삭제되었습니다.",
    },
    Kind {
        code: "currency_not_supported",
        en: "Campaigns do not support the currency of the tenant.",
        ko: "캠페인에서 지원하지 않는 회사 통화입니다.",
    },
    Kind {
        code: "image_not_found",
        en: "There is no such image, or it was deleted.",
        ko: "해당 이미지가 없거나 삭제되었습니다.",
    },
    Kind {
        code: "image_quota_exceeded",
        en: "The tenant has 20 MiB of images. Images that no creative has used for two days make room.",
        ko: "회사의 이미지 용량 20MiB를 모두 사용했습니다. 이틀 동안 어떤 소재에도 쓰이지 않은 이미지는 자동으로 삭제됩니다.",
    },
    Kind {
        code: "last_creative",
        en: "A campaign has at least one creative. Replace it, or add another one before you remove it.",
        ko: "캠페인에는 소재가 하나 이상 있어야 합니다. 소재를 교체하거나, 다른 소재를 추가한 뒤 삭제하세요.",
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
        code: "precondition_failed",
        en: "The campaign has another `ETag` than the `If-Match` of the request: it was changed in between. Read it again, and repeat the change.",
        ko: "요청의 `If-Match`가 캠페인의 현재 `ETag`와 다릅니다. 그사이 캠페인이 변경되었으니 다시 조회한 뒤 변경하세요.",
    },
    Kind {
        code: "tenant_not_known_yet",
        en: "The tenant signed up a moment ago. Try again after `Retry-After`.",
        ko: "방금 가입한 회사입니다. `Retry-After` 이후 다시 시도하세요.",
    },
    Kind {
        code: "too_many_campaigns",
        en: "The tenant has 1,000 campaigns that are active or in review. Pause one to start another one.",
        ko: "게재 중이거나 심사 중인 캠페인이 이미 1,000개입니다. 하나를 일시 중지한 뒤 다시 시도하세요.",
    },
    Kind {
        code: "too_many_creatives",
        en: "The campaign has 10 creatives. Remove one to add another one.",
        ko: "캠페인의 소재가 이미 10개입니다. 하나를 삭제한 뒤 추가하세요.",
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
