-- The users of this app, as Clerk knows them. Times are milliseconds since 1970, as Clerk gives them.
CREATE TABLE users (
    id            TEXT   NOT NULL PRIMARY KEY, -- Clerk's id, user_...
    email         TEXT,
    first_name    TEXT,
    last_name     TEXT,
    image_url     TEXT,
    first_seen_at BIGINT NOT NULL,             -- when this app heard of them
    updated_at    BIGINT NOT NULL,             -- the version of Clerk's that stands here; 0 before Clerk was asked
    deleted_at    BIGINT                       -- set: they are gone, and nothing but the id is left
);
