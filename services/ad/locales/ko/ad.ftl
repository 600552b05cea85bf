# 공통
product = 광고
sign-in = 로그인
sign-out = 로그아웃
pages = 페이지
to-campaigns = 캠페인
to-ledger = 청구 내역
skip-to-content = 본문으로 건너뛰기
continue-title = 잠시만 기다려 주세요
continue-text = 자동으로 이동합니다. 이동하지 않으면 아래 링크를 눌러 주세요.
continue-do = 계속하기

# 날짜
date = { $year }년 { $month } { $day }일
date-month = { $year }년 { $month }
date-time = { $date } { $time }
month =
    { $name ->
        [jan] 1월
        [feb] 2월
        [mar] 3월
        [apr] 4월
        [may] 5월
        [jun] 6월
        [jul] 7월
        [aug] 8월
        [sep] 9월
        [oct] 10월
        [nov] 11월
       *[dec] 12월
    }

# 첫 화면
landing-title = 업무 중인 사람들에게 다가가는 광고
landing-text = 우리 회사 구성원이나 모든 회사의 페이지에 광고를 게재하세요. 클릭된 만큼만 비용을 냅니다.
landing-start = 캠페인 관리하기
landing-sign-up = 회사 가입하기
landing-point-budget = 절대 초과하지 않는 일일 예산
landing-point-click = 다른 입찰가에 따라 정해지며 내 입찰가를 넘지 않는 클릭 비용
landing-point-consent = 동의한 사람에게만 적용되는 관심사 타기팅
landing-docs = 프로그램용 API

# 캠페인
campaigns-title = 캠페인
campaigns-new = 새 캠페인
campaigns-month = 이번 달
campaigns-rate = 클릭률(CTR)
campaigns-older = 이전 캠페인 보기
campaigns-newest = 최신 캠페인으로 돌아가기
campaign-share = 일일 예산 { $budget } 중 오늘 { $spent } 지출
status-draft = 초안
status-in-review = 심사 중
status-active = 게재 중
status-paused = 일시 중지
status-ended = 종료

# 캠페인이 없을 때
empty-title = 첫 캠페인을 만들어 보세요
empty-text = 제목과 문구, 링크를 입력하고 클릭당 입찰가를 정하면 됩니다. 캠페인은 언제든지 일시 중지할 수 있습니다.
empty-create = 캠페인 만들기

# 청구 내역
ledger-title = 청구 내역
ledger-hint = 과금된 클릭과 환급을 최신순으로 표시합니다. 시각과 날짜는 { $zone } 시간대 기준입니다.
ledger-empty = 아직 청구된 내역이 없습니다. 클릭이 과금되면 여기에 한 줄씩 추가됩니다.
ledger-export = CSV로 내보내기
ledger-time = 시각
ledger-campaign = 캠페인
ledger-day = 예산 집행일
ledger-amount = 금액
ledger-kind = 구분
ledger-charge = 과금된 클릭
ledger-credit = 환급: { $reason }
ledger-older = 이전 내역 보기
ledger-newest = 최신 내역으로 돌아가기

# 문제
problem-forbidden-title = 관리자 전용
problem-forbidden = 캠페인은 회사 관리자가 관리합니다. 필요하면 관리자에게 권한을 요청해 주세요.
problem-not-known-title = 잠시만 기다려 주세요
problem-not-known = 방금 가입한 회사의 정보를 아직 받지 못했습니다. 몇 초 뒤에 페이지를 다시 열어 주세요.
problem-changed-title = 다른 사람이 먼저 변경했습니다
problem-changed = 이 화면을 연 뒤 다른 사람이 캠페인을 변경했습니다. 저장된 내용은 없습니다. 캠페인을 다시 열고 변경해 주세요.
problem-too-many-title = 게재 중인 캠페인이 너무 많습니다
problem-too-many = 회사당 최대 1,000개의 캠페인을 게재할 수 있습니다. 먼저 하나를 일시 중지해 주세요.
problem-currency-title = 지원하지 않는 통화
problem-currency = 회사의 통화를 캠페인에서 아직 지원하지 않습니다.
problem-sent-title = 이미 제출한 양식입니다
problem-sent = 이 양식은 다른 값으로 이미 제출되었습니다. 해당 캠페인을 열어 수정하거나 새 양식을 열어 주세요.
problem-again = 다시 시도
problem-home = 홈으로

# House ad
house-advertiser = DevOps-Practice 광고
house-headline = 이 자리에 광고를 실어 보세요
house-body = 클릭한 만큼만 비용을 냅니다. 하루 예산은 절대 넘지 않습니다.

# 캠페인 폼
form-new = 새 캠페인
form-edit = 캠페인 수정
form-errors = 저장하지 못했습니다. 표시된 항목을 확인해 주세요.
form-ad = 광고
form-headline = 제목
form-headline-hint = 최대 60자
form-body = 문구
form-body-hint = 최대 140자
form-landing_url = 링크
form-landing_url-hint = 클릭하면 이동할 주소입니다. https://로 시작합니다
form-image = 이미지
form-image-other = 다른 이미지
form-image-hint = 선택 사항. PNG, JPEG, WebP 형식, 최대 1MB, 가로세로 최대 2,000픽셀
form-image-remove = 이미지 삭제
form-image_alt = 이미지 설명
form-image_alt-hint = 이미지를 볼 수 없는 사용자를 위한 대체 텍스트입니다. 이미지가 있으면 필수입니다
form-preview = 미리보기
form-preview-hint = 사용자의 페이지에 이렇게 표시됩니다.
form-audience = 캠페인과 노출 대상
form-name = 캠페인 이름
form-name-hint = 내부 관리용이며 사용자에게는 보이지 않습니다
form-locale = 광고 언어
form-locale-hint = 이 언어의 페이지에만 표시됩니다
form-locale-ko = 한국어
form-locale-en = 영어
form-viewers = 노출 대상
form-viewers-own = 우리 회사 구성원
form-viewers-all = 모든 회사의 사용자
form-interests = 관심사
form-interests-hint = 선택하지 않으면 모두에게 표시됩니다. 관심사는 동의한 사용자에게만 적용됩니다.
form-budget = 입찰가와 예산
form-bid = 클릭당 최대 입찰가 ({ $currency })
form-bid-hint = 실제 클릭 비용은 이 금액을 넘지 않습니다
form-daily_budget = 일일 예산 ({ $currency })
form-daily_budget-hint = 절대 초과하지 않습니다
form-total_budget = 총예산 ({ $currency })
form-total_budget-hint = 비워 두면 제한이 없습니다
form-schedule = 일정
form-starts_on = 시작일
form-starts_on-hint = 비워 두면 바로 시작합니다
form-ends_on = 종료일
form-ends_on-hint = 비워 두면 종료일이 없습니다
form-frequency_cap = 1인당 일일 노출 한도
form-frequency_cap-hint = 1~100회. 비워 두면 제한이 없습니다
form-hours = 게재 시간대
form-hours-hint = 선택하지 않으면 하루 종일 게재합니다. { $zone } 시간대 기준입니다.
form-start = 캠페인 시작
form-draft = 초안으로 저장
form-save = 저장
form-cancel = 취소
interest-books-and-literature = 책과 문학
interest-food-and-drink = 음식
interest-healthy-living = 건강
interest-hobbies = 취미
interest-home-and-garden = 집과 정원
interest-music = 음악
interest-sports = 스포츠
interest-style-and-fashion = 패션
interest-technology-and-computing = 기술
interest-travel = 여행

# 항목별 오류
invalid-required = 필수 입력 항목입니다.
invalid-too-long = 최대 { $max }자까지 입력할 수 있습니다.
invalid-url = https://example.com/offer처럼 전체 웹 주소를 입력해 주세요.
invalid-amount = 300 또는 1.50처럼 숫자로 입력해 주세요.
invalid-bid-too-small = 클릭당 최소 금액은 { $least }입니다.
invalid-bid-too-large = 입찰가는 예산보다 클 수 없습니다.
invalid-budget-too-small = 예산은 입찰가로 한 번의 클릭을 지불할 수 있어야 합니다.
invalid-too-large = 금액이 너무 큽니다.
invalid-not-payable = 최소 결제 단위는 { $step }입니다.
invalid-date = 2026-12-24처럼 날짜를 입력해 주세요.
invalid-before-start = 종료일은 시작일보다 빠를 수 없습니다.
invalid-in-the-past = 종료일은 지난 날짜일 수 없습니다.
invalid-frequency = 1에서 100 사이의 숫자를 입력해 주세요.
invalid-status = 이 상태로 변경할 수 없는 캠페인입니다.
invalid-rejected = 이 캠페인의 모든 광고가 반려되었습니다. 먼저 광고를 수정해 주세요.
invalid-image-kind = PNG, JPEG, WebP 이미지를 선택해 주세요.
invalid-image-too-large = 이미지가 너무 큽니다. 최대 1MB, 가로세로 최대 2,000픽셀까지 사용할 수 있습니다.
invalid-image-unreadable = 읽을 수 없는 이미지입니다. 다른 이미지를 선택해 주세요.
invalid-image-quota = 회사의 이미지 저장 공간 20MB를 모두 사용했습니다. 사용하지 않는 이미지는 이틀 뒤부터 정리됩니다.
invalid-image-busy = 다른 이미지를 처리하고 있습니다. 잠시 후 다시 시도해 주세요.
invalid-image-unknown = 더 이상 저장되어 있지 않은 이미지입니다. 다시 선택해 주세요.
invalid-value = 사용할 수 없는 값입니다.

# 광고 언어로 표시되는 미리보기
preview-badge = 광고
preview-label = { $advertiser }의 광고
preview-headline = 제목을 입력하세요
preview-body = 문구를 입력하세요

# 캠페인
action-start = 시작
action-resume = 다시 시작
action-pause = 일시 중지
action-withdraw = 심사 철회
action-edit = 수정
action-duplicate = 복제
creatives-title = 광고 소재
creatives-hint = 캠페인 하나에 여러 소재를 등록할 수 있습니다. 문구나 이미지, 링크를 바꾸면 다시 심사한 뒤 노출됩니다.
creatives-edit = 소재 수정
creatives-save = 소재 저장
creatives-remove = 소재 삭제
creatives-add = 소재 추가
review-pending = 심사 중
review-approved = 승인됨
review-rejected = 반려됨
settings-title = 설정
settings-today = 오늘 지출
settings-total = 총예산
settings-bid = 클릭당 최대 입찰가
settings-flight = 게재 기간
settings-hours = 게재 시간대
settings-interests = 관심사
settings-viewers = 노출 대상
settings-frequency = 1인당 일일 노출 한도
settings-all = 전체
settings-none = 제한 없음
end-title = 캠페인 종료
end-text = 종료한 캠페인은 다시 시작할 수 없습니다. 보고서는 그대로 남고, 복제할 수 있습니다.
end-do = 완전히 종료

# 보고서
report-title = 보고서
report-export = CSV로 내보내기
report-periods = 집계 단위
report-by-hour = 시간별
report-by-day = 일별
report-by-month = 월별
report-move = 기간 이동
report-previous = 이전
report-next = 다음
report-table = 표로 보기
report-period = 기간
report-impressions = 노출
report-clicks = 과금된 클릭
report-rate = 클릭률(CTR)
report-spent = 지출
report-hint = { $zone } 시간대 기준입니다. 노출은 90일간 보관하고, 과금된 클릭과 지출은 계속 보관합니다.
report-chart = { $name }: 합계 { $total }, 구간 최댓값 { $highest }.
refused-title = 과금하지 않은 클릭
refused-hint = 이 기간에 집계하지 않은 클릭의 사유입니다.
refused-robot = 봇 및 링크 미리보기
refused-prefetch = 사용자가 열기 전에 미리 불러온 링크
refused-expired = 만료된 링크
refused-forged = 위조된 링크
refused-no-impression = 노출 기록이 없는 클릭
