package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.registry.Event;
import io.vagus.registry.EventChain;
import io.vagus.registry.EventHead;
import io.vagus.registry.EveryChange;
import io.vagus.registry.Fact;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.RegistryFixtures;
import io.vagus.registry.Subject;
import io.vagus.registry.sql.RegistryAudit.ChainReport;
import io.vagus.registry.sql.RegistryAudit.RebuildReport;
import io.vagus.testkit.ManualClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What somebody with access to the file may do to it, and what of that is found. */
@ParameterizedClass
@EnumSource(RegistryConfig.Kind.class)
class RegistryAuditTest {
  @Parameter RegistryConfig.Kind kind;
  @TempDir Path folder;
  private TestStore store;

  private TestStore store() {
    if (store == null) {
      store = TestStore.of(kind, folder);
    }
    return store;
  }

  private final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  private Registry registry;
  private EventHead head = EventHead.NONE;

  private Registry open() {
    return store().open(clock, clock);
  }

  @BeforeEach
  void fill() {
    registry = open();
    registry.saveProduct(RegistryFixtures.model("meter"));
    EveryChange.make(registry, clock);
    registry.createDevice(
        new NewDevice(
            EveryChange.D1,
            "meter",
            "n",
            Map.of("a", "b", "c", "d"),
            Optional.of(EveryChange.SECRET)));
    head = registry.events().head();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private List<Event> all() {
    return EveryChange.all(registry);
  }

  private void tamper(String... statements) throws SQLException {
    registry.close();
    try (Connection connection = store().connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        assertThat(statement.executeUpdate(sql)).as(sql).isPositive();
      }
    }
  }

  private ChainReport verify(Optional<EventHead> kept) {
    try (RegistryAudit audit = store().audit()) {
      return audit.verify(kept);
    }
  }

  private RebuildReport rebuild() {
    try (RegistryAudit audit = store().audit()) {
      return audit.rebuild();
    }
  }

  private void assertBrokenAt(long sequence, String word) {
    assertThat(verify(Optional.empty()).firstBreak().orElseThrow())
        .satisfies(broken -> assertThat(broken.sequence()).isEqualTo(sequence))
        .satisfies(broken -> assertThat(broken.why()).contains(word));
    assertThat(rebuild().chain().firstBreak()).isPresent();
  }

  @Test
  void anUntouchedLogIsProvedAndMakesTheSameTablesWhileTheServerGoesOn() {
    assertThat(verify(Optional.of(head))).isEqualTo(new ChainReport(head, Optional.empty()));
    RebuildReport report = rebuild();
    assertThat(report.differences()).isEmpty();
    assertThat(report.rows()).isGreaterThan(8);
    registry.createDevice(
        new NewDevice(new DeviceId("d5"), "meter", "", Map.of(), Optional.empty()));
    assertThat(verify(Optional.of(head)).firstBreak()).isEmpty();
    assertThat(rebuild().differences()).isEmpty();
  }

  @Test
  void aChangedEventIsNamed() throws SQLException {
    tamper("update event set body = replace(body, '\"n\"', '\"m\"') where sequence = 3");
    assertBrokenAt(3, "was changed");
  }

  @Test
  void aChangedActorOrTimeIsNamed() throws SQLException {
    tamper("update event set actor = 'user:mallory' where sequence = 5");
    assertBrokenAt(5, "was changed");
    tamper("update event set time_micros = time_micros - 1 where sequence = 4");
    assertBrokenAt(4, "was changed");
  }

  @Test
  void aDroppedEventIsNamed() throws SQLException {
    tamper("delete from event where sequence = 6");
    assertBrokenAt(6, "is missing, 7 follows");
  }

  @Test
  void aDroppedEventIsFoundAlsoWhenTheRestMovesUp() throws SQLException {
    tamper(
        "delete from event where sequence = 6",
        "update event set sequence = -(sequence - 1) where sequence > 6",
        "update event set sequence = -sequence where sequence < 0");
    assertBrokenAt(6, "names another event before it than 5");
  }

  @Test
  void changedOrderIsNamed() throws SQLException {
    tamper(
        "update event set sequence = -4 where sequence = 4",
        "update event set sequence = 4 where sequence = 5",
        "update event set sequence = 5 where sequence = -4");
    assertBrokenAt(4, "names another event before it than 3");
  }

  /** The chain alone cannot show it; a head kept elsewhere does, and the tables do. */
  @Test
  void aCutTailIsFoundByAKeptHeadAndByTheTables() throws SQLException {
    tamper("delete from event where sequence = " + head.sequence());
    assertThat(verify(Optional.empty()).firstBreak()).isEmpty();
    assertThat(verify(Optional.of(head)).firstBreak().orElseThrow().why()).contains("cut off");
    assertThat(rebuild().differences()).contains("device d1: is in the table, but not in the log");
  }

  /** Who writes the whole log anew, hashes and all, is found by a kept head alone. */
  @Test
  void aLogWrittenAnewIsFoundByAKeptHead() throws SQLException {
    registry.close();
    try (Connection connection = store().connect();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "update event set body = replace(body, '\"n\"', '\"m\"') where sequence = 3");
      rehash(connection);
    }
    assertThat(verify(Optional.empty()).firstBreak()).isEmpty();
    assertThat(verify(Optional.of(head)).firstBreak().orElseThrow().why())
        .contains("is not the one that was kept");
  }

  private static void rehash(Connection connection) throws SQLException {
    EventChain chain = new EventChain(EventHead.NONE);
    String previous = EventHead.NONE.hash();
    try (Statement read = connection.createStatement();
        Statement write = connection.createStatement();
        ResultSet row = read.executeQuery("select * from event order by sequence")) {
      while (row.next()) {
        String hash =
            chain.hash(
                previous,
                row.getLong("sequence"),
                row.getLong("time_micros"),
                row.getString("actor"),
                row.getString("subject"),
                row.getString("type"),
                row.getString("body"));
        write.executeUpdate(
            "update event set previous_hash = '%s', hash = '%s' where sequence = %d"
                .formatted(previous, hash, row.getLong("sequence")));
        previous = hash;
      }
    }
  }

  @Test
  void aTableChangedBehindTheLogIsFound() throws SQLException {
    tamper(
        "update device set status = 'SUSPENDED' where id = 'd2'",
        "update device_secret set hash = 'other' where device = 'd1'",
        "delete from device_tag where device = 'd1' and name = 'c'",
        "update api_token set scopes = '[\"admin\"]'");
    assertThat(verify(Optional.of(head)).firstBreak()).isEmpty();
    assertThat(rebuild().differences())
        .anyMatch(d -> d.equals("device d2: status is SUSPENDED (the log says: ACTIVE)"))
        .anyMatch(d -> d.startsWith("device_secret d1: hash is "))
        .anyMatch(d -> d.equals("device_tag d1 c: is in the log, but not in the table"))
        .anyMatch(d -> d.contains("scopes is [\"admin\"] (the log says: [\"viewer\"])"))
        .hasSize(4);
  }

  @Test
  void anEventThatFitsNothingIsNamed() {
    registry.events().append(new Fact(Subject.product("x"), "unheard.of", "{}"));
    assertThat(rebuild().differences())
        .singleElement()
        .asString()
        .contains("unheard.of: this release knows no such event");
  }

  @Test
  void anEndedTokenIsForgottenAndTheLogSaysSo() {
    clock.advance(Duration.ofDays(2));
    registry.close();
    registry = open();
    assertThat(all().getLast().type()).isEqualTo("token.expired");
    assertThat(rebuild().differences()).isEmpty();
  }

  /** A release before the log left tables without one: their rows become its first events. */
  @Test
  void tablesOlderThanTheLogAreItsFirstEvents() throws SQLException {
    tamper("delete from event");
    registry = open();
    assertThat(all()).extracting(Event::type).startsWith("log.began").contains("device.created");
    assertThat(verify(Optional.empty()).firstBreak()).isEmpty();
    assertThat(rebuild().differences()).isEmpty();
    long events = registry.events().head().sequence();
    registry.close();
    registry = open();
    assertThat(registry.events().head().sequence()).isEqualTo(events);
  }

  /** Who adds a table says how the log tells of it. */
  @Test
  void everyTableIsComparedOrKnownToBeNone() throws SQLException {
    List<String> known =
        new ArrayList<>(Schema.REGISTRY.tables().stream().map(TableDump::table).toList());
    known.addAll(List.of("event", "idempotent_answer", "right_use", "schema_version"));
    List<String> found = new ArrayList<>();
    try (Connection connection = store().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(store().tables())) {
      while (row.next()) {
        found.add(row.getString(1));
      }
    }
    found.remove("registry_writer");
    assertThat(found).containsExactlyInAnyOrderElementsOf(known);
    for (TableDump table : Schema.REGISTRY.tables()) {
      assertThat(columns(table.table()))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(table.key().stream(), table.others().stream()).toList());
    }
  }

  private List<String> columns(String table) throws SQLException {
    List<String> columns = new ArrayList<>();
    try (Connection connection = store().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(store().columns(table))) {
      while (row.next()) {
        columns.add(row.getString(1));
      }
    }
    return columns;
  }

  @Test
  void aFileThatIsMissingOrOfAnotherReleaseIsRefused() throws SQLException {
    assertThatThrownBy(() -> RegistryAudit.open(folder.resolve("none.db"), Schema.REGISTRY))
        .isInstanceOf(VagusException.class)
        .hasMessageContaining("none.db");
    tamper("insert into schema_version values (3000, 0)");
    assertThatThrownBy(() -> store().audit())
        .isInstanceOf(VagusException.class)
        .hasMessageContaining("schema: 3000");
    tamper("delete from schema_version where version = 3000");
    registry = open();
    registry.saveProduct(RegistryFixtures.model("again"));
  }
}
