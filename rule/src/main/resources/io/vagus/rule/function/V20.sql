-- Modules of functions in every version they had. manifest: JSON; wasm: base64; both null: it was
-- deleted then.
create table function_version (
  module text not null,
  version integer not null,
  manifest text,
  wasm text,
  at_micros bigint not null,
  by_actor text not null,
  primary key (module, version)
);
