package io.vagus.registry.sql;

import io.vagus.model.ProductModel;
import io.vagus.registry.CatalogueFacts;
import io.vagus.registry.CredentialFacts;
import io.vagus.registry.DesiredFacts;
import io.vagus.registry.DeviceFacts;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.EnrolmentFacts;
import io.vagus.registry.Event;
import io.vagus.registry.Fact;
import io.vagus.registry.GroupTree;
import io.vagus.registry.HeldPeople;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.Json;
import io.vagus.registry.LogFacts;
import io.vagus.registry.PeopleFacts;
import io.vagus.registry.Registry.Application;
import io.vagus.registry.TagVocabulary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Begins a log. A file of a release before the log has tables already: each of their rows becomes
 * an event of the system, so that the log tells the whole from its first day.
 */
final class FirstEvents {
  private static final int BATCH = 1000;

  private record Version(ProductModel model, long createdMicros) {}

  private FirstEvents() {}

  static void begin(Database database, SqlEvents events) {
    database.write(sql -> {
      if (EventTable.head(sql).sequence() == 0) {
        List<Fact> facts = new ArrayList<>(List.of(LogFacts.began()));
        facts.addAll(products(sql));
        facts.addAll(groups(sql));
        facts.addAll(tags(sql));
        facts.addAll(applications(sql));
        facts.addAll(tokens(sql));
        facts.addAll(people(sql));
        events.append(sql, facts);
        devices(sql, events);
        certificates(sql, events);
        events.append(
            sql,
            DesiredTable.page(sql, "", Integer.MAX_VALUE).stream()
                .map(DesiredFacts::changed)
                .toList());
        enrolment(sql, events);
      }
      return true;
    });
  }

  private static List<Fact> products(SqlConnection sql) {
    List<String> current = sql.list(row -> row.text(1), "select id from product");
    List<Version> versions =
        sql.list(
            row -> new Version(Json.toModel(row.text(1)), row.number(2)),
            "select model, created_micros from product_version order by product, version");
    List<Fact> facts = new ArrayList<>();
    versions.forEach(v -> facts.add(CatalogueFacts.productSaved(v.model(), v.createdMicros())));
    versions.stream()
        .map(v -> v.model().id())
        .distinct()
        .filter(id -> !current.contains(id))
        .forEach(id -> facts.add(CatalogueFacts.productDeleted(id)));
    return facts;
  }

  /** Parents first. */
  private static List<Fact> groups(SqlConnection sql) {
    GroupTree tree = GroupTable.load(sql);
    return tree.groups().stream()
        .sorted(Comparator.comparing(group -> tree.depth(group.id())))
        .map(CatalogueFacts::groupSaved)
        .toList();
  }

  private static List<Fact> tags(SqlConnection sql) {
    return sql.list(
        row -> CatalogueFacts.tagsDeclared(TagVocabulary.parse(row.text(1))),
        "select body from tag_vocabulary");
  }

  private static List<Fact> applications(SqlConnection sql) {
    return sql.list(
        row ->
            CatalogueFacts.applicationSaved(
                new Application(row.text(1), Json.toGrants(row.text(2))), row.optionalText(3)),
        "select name, grants, hash from application order by name");
  }

  private static List<Fact> tokens(SqlConnection sql) {
    return sql.list(
        row -> PeopleFacts.tokenIssued(TokenTables.token(row)),
        TokenTables.TOKENS + " order by created_micros, digest");
  }

  private static List<Fact> people(SqlConnection sql) {
    return PeopleTables.all(sql).stream()
        .map(user -> PeopleFacts.of(new HeldPeople.Store.Added(user)))
        .toList();
  }

  /** Gateways first: what is behind them names them. */
  private static void devices(SqlConnection sql, SqlEvents events) {
    for (String which : List.of("gateway is null", "gateway is not null")) {
      List<String> ids =
          sql.list(row -> row.text(1), "select id from device where " + which + " order by id");
      for (int from = 0; from < ids.size(); from += BATCH) {
        List<Fact> facts =
            ids.subList(from, Math.min(ids.size(), from + BATCH)).stream()
                .map(id ->
                    DeviceFacts.existed(
                        DeviceTable.find(sql, id).orElseThrow(),
                        DeviceTable.hash(sql, id),
                        DeviceTable.secretSetAt(sql, id)))
                .toList();
        events.append(sql, facts);
      }
    }
  }

  private static void certificates(SqlConnection sql, SqlEvents events) {
    List<IssuedCertificate> all = SqlCertificates.all(sql);
    List<Event> told =
        events.append(
            sql,
            all.stream()
                .map(c ->
                    c.revocation().isPresent()
                        ? CredentialFacts.certificateRevoked(c)
                        : CredentialFacts.certificateIssued(c))
                .toList());
    for (int i = 0; i < all.size(); i++) {
      SqlCertificates.saveSequence(sql, all.get(i), told.get(i).sequence());
    }
  }

  private static void enrolment(SqlConnection sql, SqlEvents events) {
    for (EnrolmentBatch batch : SqlEnrolmentBatches.all(sql)) {
      events.append(sql, EnrolmentFacts.batchCreated(batch));
      events.append(
          sql,
          EnrolmentFacts.membersAdded(batch.id(), SqlEnrolmentBatches.members(sql, batch.id())));
    }
    events.append(
        sql, SqlEnrolmentTokens.all(sql).stream().map(EnrolmentFacts::tokenMade).toList());
    events.append(sql, ClaimTable.all(sql).stream().map(EnrolmentFacts::claimIssued).toList());
  }
}
