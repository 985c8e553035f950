-- People and their sessions. An e-mail is stored in lower case; a phone is stored as given and compared by its normal
-- form, so two spellings of one number are one number. `password_tries` counts password checks of a signed-in account
-- since `password_tries_since`; it is raised before the check, so parallel guesses are counted too.
CREATE TABLE users (
    id {id},
    name {code:255} NOT NULL,
    email {ci:255} NOT NULL UNIQUE,
    phone {code:20} NULL,
    phone_normal {code:20} NULL UNIQUE,
    password {code:255} NULL,
    role {code:20} NOT NULL DEFAULT 'customer' CHECK (role IN ('admin', 'customer')),
    customer_type {code:20} NOT NULL DEFAULT 'retail' CHECK (customer_type IN ('retail', 'reseller')),
    is_guest SMALLINT NOT NULL DEFAULT 0,
    status {code:20} NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'suspended')),
    avatar {code:255} NULL,
    social_avatar {code:255} NULL,
    google_id {code:255} NULL UNIQUE,
    facebook_id {code:255} NULL UNIQUE,
    referral_code {ci:20} NULL UNIQUE,
    referred_by BIGINT NULL,
    email_verified_at {time} NULL,
    phone_verified_at {time} NULL,
    last_login_at {time} NULL,
    last_login_ip {code:45} NULL,
    password_tries BIGINT NOT NULL DEFAULT 0,
    password_tries_since {time} NULL,
    deleted_at {time} NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    FOREIGN KEY (referred_by) REFERENCES users (id) ON DELETE SET NULL
){options};
CREATE INDEX users_role ON users (role, status);

-- Sessions. Only the hash of a token's secret is kept. `started_at` is the moment of the sign-in and passes on to a
-- refreshed token, so that refreshing never outlives the absolute limit; `expires_at` is the nearer of both limits.
CREATE TABLE access_tokens (
    id {id},
    user_id BIGINT NOT NULL,
    name {code:255} NOT NULL,
    token_hash {code:64} NOT NULL UNIQUE,
    started_at {time} NOT NULL,
    last_used_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
){options};
CREATE INDEX access_tokens_user ON access_tokens (user_id);
CREATE INDEX access_tokens_expiry ON access_tokens (expires_at);

CREATE TABLE password_resets (
    email {ci:255} NOT NULL PRIMARY KEY,
    token_hash {code:64} NOT NULL,
    created_at {time} NOT NULL
){options};

-- The one-time link that makes the first admin: single use, a day long.
CREATE TABLE admin_setup (
    id {id},
    token_hash {code:64} NOT NULL UNIQUE,
    expires_at {time} NOT NULL,
    used_at {time} NULL,
    created_at {time} NOT NULL
){options};
