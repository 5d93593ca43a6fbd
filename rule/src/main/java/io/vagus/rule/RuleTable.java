package io.vagus.rule;

import io.vagus.registry.sql.SqlConnection;
import io.vagus.registry.sql.SqlRow;
import io.vagus.registry.sql.Times;
import java.util.List;
import java.util.Optional;

/** The rule book's statements. */
final class RuleTable {
  private static final String COLUMNS =
      "select v.rule, v.version, v.revision, v.body, v.at_micros, v.by_actor from rule_version v ";

  private RuleTable() {}

  static void insert(SqlConnection sql, RuleChange change) {
    sql.update(
        "insert into rule_version (rule, version, revision, body, at_micros, by_actor)"
            + " values (?, ?, ?, ?, ?, ?)",
        change.rule(),
        change.version(),
        change.revision(),
        change.content().map(RuleCodec::text).orElse(null),
        Times.micros(change.at()),
        change.by());
  }

  static void insert(SqlConnection sql, long revision, List<Basis> basis) {
    for (Basis one : basis) {
      sql.update(
          "insert into rule_basis (kind, name, revision, version) values (?, ?, ?, ?)",
          RuleCodec.word(one.kind()),
          one.name(),
          revision,
          one.version());
    }
  }

  /** The newest; 0 before the first. */
  static long revision(SqlConnection sql) {
    return Math.max(
        sql.number("select max(revision) from rule_version"),
        sql.number("select max(revision) from rule_basis"));
  }

  static RuleSet at(SqlConnection sql, long revision) {
    List<RuleVersion> rules =
        sql
            .list(
                RuleTable::change,
                COLUMNS
                    + "join (select rule, max(version) as newest from rule_version"
                    + " where revision <= ? group by rule) n"
                    + " on n.rule = v.rule and n.newest = v.version where v.body is not null",
                revision)
            .stream()
            .flatMap(change -> change.saved().stream())
            .toList();
    List<Basis> basis =
        sql.list(
            RuleTable::basis,
            "select b.kind, b.name, b.version from rule_basis b"
                + " join (select kind, name, max(revision) as newest from rule_basis"
                + " where revision <= ? group by kind, name) n"
                + " on n.kind = b.kind and n.name = b.name and n.newest = b.revision",
            revision);
    return new RuleSet(revision, rules).with(revision, basis);
  }

  static Optional<RuleChange> newest(SqlConnection sql, String rule) {
    return sql.first(
        RuleTable::change, COLUMNS + "where v.rule = ? order by v.version desc limit 1", rule);
  }

  static Optional<RuleChange> version(SqlConnection sql, String rule, int version) {
    return sql.first(
        RuleTable::change, COLUMNS + "where v.rule = ? and v.version = ?", rule, version);
  }

  static List<RuleChange> versions(SqlConnection sql, String rule, int before, int limit) {
    return sql.list(
        RuleTable::change,
        COLUMNS + "where v.rule = ? and v.version < ? order by v.version desc limit ?",
        rule,
        before,
        limit);
  }

  private static RuleChange change(SqlRow row) {
    return new RuleChange(
        row.text(1),
        (int) row.number(2),
        row.number(3),
        row.time(5),
        row.text(6),
        row.optionalText(4).map(RuleCodec::read));
  }

  private static Basis basis(SqlRow row) {
    return new Basis(
        RuleCodec.constant(Basis.Kind.class, row.text(1)), row.text(2), (int) row.number(3));
  }
}
