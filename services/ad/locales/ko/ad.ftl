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
ledger-hint = 과금된 클릭을 최신순으로 표시합니다. 시각과 날짜는 { $zone } 시간대 기준입니다.
ledger-empty = 아직 청구된 내역이 없습니다. 클릭이 과금되면 여기에 한 줄씩 추가됩니다.
ledger-export = CSV로 내보내기
ledger-time = 시각
ledger-campaign = 캠페인
ledger-day = 예산 집행일
ledger-amount = 금액
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
problem-again = 다시 시도
problem-home = 홈으로

# House ad
house-advertiser = DevOps-Practice 광고
house-headline = 이 자리에 광고를 실어 보세요
house-body = 클릭한 만큼만 비용을 냅니다. 하루 예산은 절대 넘지 않습니다.
