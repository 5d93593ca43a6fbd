package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.Command.Lane;
import io.vagus.model.Command.Step;
import io.vagus.model.CommandSafety;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.wire.CommandCodec.Answer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;

/** One device, one platform, and a way between them on which anything may happen. */
final class Simulation implements Board.Way {
  static final DeviceId D1 = new DeviceId("d1");
  private static final long DEADLINE_MICROS = 60_000_000;

  private record Said(String id, Answer answer) {}

  final SimulatedDevice device = new SimulatedDevice();
  private final Random random;
  private final InMemoryCommandRecords records = new InMemoryCommandRecords();
  private final Map<String, Long> ordinals = new HashMap<>();
  private final Deque<Command> down = new ArrayDeque<>();
  private final List<Said> up = new ArrayList<>();
  private final List<String> notTaken = new ArrayList<>();
  private Board board;
  private boolean connected;
  private boolean lossless;
  private long nowMicros = 1_790_000_000_000_000L;
  private int made;

  Simulation(Random random) {
    this.random = random;
    this.board = newBoard();
  }

  private Board newBoard() {
    return new Board(records, d -> Optional.empty(), Safeguards.NONE, this);
  }

  @Override
  public boolean isAwaited(DeviceId device) {
    return false;
  }

  @Override
  public void transmit(Command command) {
    if (connected) {
      down.add(command);
    } else {
      notTaken.add(command.id());
    }
  }

  /** Decides, and makes durable unless the platform is killed before or after. */
  private void round(Consumer<Round> work) {
    nowMicros += 1000;
    Round round = new Round(nowMicros);
    work.accept(round);
    board.timers(round);
    board.dispatch(round);
    int kill = lossless ? 0 : random.nextInt(12);
    if (kill != 1) {
      records.write(round.changes());
      round.entries().forEach(e -> ordinals.merge(e.command().id(), e.ordinal(), Math::max));
    }
    if (kill == 1 || kill == 2) {
      killed();
    } else {
      round.finish();
    }
  }

  /** Nothing but the records survives; the connection is cut, what was under way may arrive. */
  private void killed() {
    board = newBoard();
    connected = false;
    notTaken.clear();
    if (random.nextBoolean()) {
      down.clear();
    }
  }

  void step() {
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> create();
      case 3, 4 -> connect();
      case 5 -> cut();
      case 6, 7, 8 -> deliver();
      case 9, 10 -> answer();
      default -> later();
    }
    tellNotTaken();
  }

  private void create() {
    String id = "c" + made++;
    Lane lane = random.nextInt(4) == 0 ? Lane.PRIORITY : Lane.NORMAL;
    Command wanted =
        new Command(
            id,
            D1,
            "beep",
            "{}",
            lane,
            nowMicros + DEADLINE_MICROS,
            Optional.empty(),
            Optional.empty(),
            0,
            List.of(new Step(CommandState.CREATED, nowMicros, "user:anna", "")),
            0,
            0,
            0,
            Optional.empty());
    CommandRequest request =
        new CommandRequest(
            D1,
            "beep",
            "{}",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            "user:anna");
    round(round ->
        board.create(new Wanted(wanted, CommandSafety.NONE), Optional.empty(), request, round));
  }

  private void connect() {
    connected = true;
    device.start(this::say);
    round(round -> board.arrived(D1, round));
  }

  private void cut() {
    connected = false;
    if (random.nextBoolean()) {
      down.clear();
    }
  }

  /** Messages of one connection stay in order; an old connection's may still arrive. */
  private void deliver() {
    if (!down.isEmpty()) {
      Command command = lossless || random.nextInt(10) > 0 ? down.removeFirst() : down.getFirst();
      int crash = lossless ? 0 : random.nextInt(6);
      device.take(command, ordinals.getOrDefault(command.id(), 0L), crash, this::say);
    }
  }

  private void say(String id, Answer answer) {
    up.add(new Said(id, answer));
  }

  /** Answers come shuffled, twice, or never. */
  private void answer() {
    if (!up.isEmpty()) {
      int which = lossless ? 0 : random.nextInt(up.size());
      boolean again = !lossless && random.nextInt(6) == 0;
      boolean lost = !lossless && random.nextInt(6) == 0;
      Said said = again ? up.get(which) : up.remove(which);
      if (!lost) {
        round(round -> {
          var unused = board.answered(D1, said.id, said.answer, round);
        });
      }
    }
  }

  private void later() {
    nowMicros += random.nextInt(3) == 0 ? DEADLINE_MICROS / 2 : 11_000_000;
    round(round -> {});
  }

  private void tellNotTaken() {
    List<String> told = List.copyOf(notTaken);
    notTaken.clear();
    for (String id : told) {
      round(round -> board.notTaken(id, round));
    }
  }

  /** The way is good again, for as long as it takes. */
  void settle() {
    lossless = true;
    for (int i = 0; i < 40; i++) {
      connect();
      while (!down.isEmpty() || !up.isEmpty()) {
        deliver();
        answer();
        tellNotTaken();
      }
      nowMicros += DEADLINE_MICROS;
      round(round -> {});
    }
  }

  List<Command> open() {
    return records.open().stream().map(CommandRecords.Entry::command).toList();
  }

  /** What the platform says certainly did not happen, and did; or the other way round. */
  List<Command> contradictions() {
    return records.page(CommandRecords.Filter.ALL, Optional.empty(), 1000).items().stream()
        .filter(c ->
            switch (c.state()) {
              case EXPIRED, CANCELLED, FAILED, REFUSED -> device.executed(c.id());
              case SUCCEEDED -> !device.executed(c.id());
              case CREATED, VALIDATED, QUEUED, SENT, ACKNOWLEDGED, UNKNOWN, AWAITING_APPROVAL ->
                  false;
            })
        .toList();
  }
}
