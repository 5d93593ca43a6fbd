package io.vagus.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.command.BulkRecords.All;
import io.vagus.command.BulkRecords.In;
import io.vagus.command.BulkRecords.Member;
import io.vagus.command.BulkRecords.Outcome;
import io.vagus.command.BulkRecords.Rejected;
import io.vagus.command.BulkRecords.Unsuccessful;
import io.vagus.command.BulkRecords.Waiting;
import io.vagus.command.BulkRecords.Which;
import io.vagus.model.Command;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every engine that keeps bulk commands must do. */
@Timeout(60)
abstract class BulkRecordsContract {
  private static final BulkOrder ORDER =
      new BulkOrder(
          "move",
          "{\"position\":4}",
          Optional.of(Command.Lane.PRIORITY),
          Optional.of(Instant.parse("2026-11-26T10:00:00Z")),
          new BulkOrder.Scope(
              Optional.of(new GroupId("north")), Optional.of("valve"), Optional.of("q=v")),
          2.5,
          Optional.of(new BulkOrder.Stop(0.1, 3)),
          "user:anna");

  private CommandRecords commands;
  private BulkRecords records;

  /** Commands, and the bulk commands beside them. */
  record Opened(CommandRecords commands, BulkRecords bulks) {}

  abstract Opened open();

  abstract void shut();

  @BeforeEach
  void start() {
    Opened opened = open();
    commands = opened.commands();
    records = opened.bulks();
  }

  @AfterEach
  void stop() {
    shut();
  }

  private static Bulk bulk(String id, long createdMicros) {
    return new Bulk(id, ORDER, Bulk.State.RUNNING, "", createdMicros, 0, 4, 0);
  }

  private static List<Member> members(String bulk) {
    return IntStream.rangeClosed(1, 4)
        .mapToObj(i -> new Member(i, new DeviceId("d" + i), bulk + "-" + i))
        .toList();
  }

  private Bulk made(String id, long createdMicros) {
    Bulk bulk = bulk(id, createdMicros);
    records.create(bulk, members(id), () -> {});
    return bulk;
  }

  /** The command of a member, in a state. */
  private void command(String bulk, int place, CommandState state) {
    Command command =
        new Command(
            bulk + "-" + place,
            new DeviceId("d" + place),
            "move",
            "{}",
            Command.Lane.NORMAL,
            9_000_000,
            Optional.empty(),
            Optional.of(bulk),
            0,
            List.of(new Command.Step(state, 1000, "user:anna", "")),
            0,
            0,
            0,
            Optional.empty());
    commands.write(List.of(new CommandRecords.Entry(command, 1, true)));
  }

  private List<Long> places(Bulk bulk, Which which) {
    return records.outcomes(bulk, which, Optional.empty(), 10).items().stream()
        .map(outcome -> outcome.member().place())
        .toList();
  }

  @Test
  void givesBackWhatWasMade() {
    AtomicInteger committed = new AtomicInteger();
    Bulk bulk = bulk("b1", 1000);
    records.create(bulk, members("b1"), committed::incrementAndGet);
    assertThat(committed).hasValue(1);
    assertThat(records.find("b1")).contains(bulk);
    assertThat(records.find("b2")).isEmpty();
    assertThat(records.unsettled()).containsExactly(bulk);
    assertThat(records.members("b1", 1, 2)).isEqualTo(members("b1").subList(1, 3));
  }

  @Test
  void pagesTheNewestFirst() {
    List.of("b1", "b2", "b3").forEach(id -> made(id, 1000L * id.charAt(1)));
    Page<Bulk> first = records.page(Optional.empty(), 2);
    assertThat(first.items()).extracting(Bulk::id).containsExactly("b3", "b2");
    assertThat(records.page(first.next(), 2).items()).extracting(Bulk::id).containsExactly("b1");
  }

  @Test
  void movesOnlyFromWhereItIs() {
    Bulk running = made("b1", 1000);
    records.asked("b1", 2, Map.of());
    Bulk paused = running.to(Bulk.State.PAUSED, "", 2000).withRate(50);
    assertThat(records.move(running, paused, () -> {})).isTrue();
    assertThat(records.move(running, running.to(Bulk.State.DONE, "", 3000), () -> {})).isFalse();
    Bulk now = records.find("b1").orElseThrow();
    assertThat(now.state()).isEqualTo(Bulk.State.PAUSED);
    assertThat(now.order().rateHz()).isEqualTo(50);
    assertThat(now.asked()).as("what was asked meanwhile").isEqualTo(2);
    records.settled("b1");
    assertThat(records.unsettled()).isEmpty();
  }

  @Test
  void countsWhatBecameOfEach() {
    Bulk bulk = made("b1", 1000);
    command("b1", 1, CommandState.SUCCEEDED);
    command("b1", 3, CommandState.EXPIRED);
    command("other", 4, CommandState.FAILED);
    records.asked("b1", 3, Map.of(2L, "jammed"));
    BulkProgress progress = records.progress(bulk);
    assertThat(progress)
        .isEqualTo(
            new BulkProgress(
                4, 3, 1, Map.of(CommandState.SUCCEEDED, 1L, CommandState.EXPIRED, 1L)));
    assertThat(progress.failures()).isEqualTo(2);
    assertThat(progress.exceeds(new BulkOrder.Stop(0.5, 3))).isTrue();
    assertThat(progress.exceeds(new BulkOrder.Stop(0.5, 4))).as("too few are known").isFalse();
    assertThat(progress.exceeds(new BulkOrder.Stop(0.7, 3))).isFalse();
  }

  @Test
  void listsDevicesByWhatBecameOfThem() {
    made("b1", 1000);
    command("b1", 1, CommandState.SUCCEEDED);
    command("b1", 3, CommandState.EXPIRED);
    records.asked("b1", 3, Map.of(2L, "jammed"));
    Bulk bulk = records.find("b1").orElseThrow();
    assertThat(places(bulk, new All())).containsExactly(1L, 2L, 3L, 4L);
    assertThat(places(bulk, new Waiting())).containsExactly(4L);
    assertThat(places(bulk, new Rejected())).containsExactly(2L);
    assertThat(places(bulk, new In(CommandState.SUCCEEDED))).containsExactly(1L);
    assertThat(places(bulk, new Unsuccessful())).containsExactly(2L, 3L);
    Bulk over = bulk.to(Bulk.State.CANCELLED, "", 2000);
    assertThat(places(over, new Unsuccessful())).containsExactly(2L, 3L, 4L);
    Page<Outcome> first = records.outcomes(bulk, new All(), Optional.empty(), 2);
    assertThat(first.items().get(0).command()).isPresent();
    assertThat(first.items().get(1).rejected()).contains("jammed");
    assertThat(records.outcomes(bulk, new All(), first.next(), 2).items()).hasSize(2);
  }

  @Test
  void goesNoFurtherThanItsBound() {
    for (int i = 0; i < BulkRecords.MAX_UNSETTLED; i++) {
      made("b" + i, 1000 + i);
    }
    assertThatThrownBy(() -> made("more", 5000))
        .hasMessageContaining("100 go on (expected: < 100)");
    records.settled("b0");
    made("more", 5000);
  }
}
