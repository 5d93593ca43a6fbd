-- Rules in every version they had. body: the rule as JSON; null: it was deleted then.
-- revision: of the rule book; grows with each change of any rule, and of what rules are built on.
create table rule_version (
  rule text not null,
  version integer not null,
  revision bigint not null,
  body text,
  at_micros bigint not null,
  by_actor text not null,
  primary key (rule, version)
);

create unique index rule_version_by_revision on rule_version (revision);

-- What rules are built on, at which version since which revision. kind: product, function.
create table rule_basis (
  kind text not null,
  name text not null,
  revision bigint not null,
  version integer not null,
  primary key (kind, name, revision)
);
