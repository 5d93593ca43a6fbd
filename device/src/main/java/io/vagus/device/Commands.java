package io.vagus.device;

import io.vagus.device.mqtt.LinkListener;
import io.vagus.kit.MonotonicClock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries commands out, each at most once (device contract, Commands): what is remembered on disk
 * before it begins is not begun again. A thread of its own works on each lane, in order; what finds
 * its queue full is sent again by the platform, since nothing acknowledged it.
 */
final class Commands implements AutoCloseable {
  private static final int QUEUE = 64;

  private final Command.Handler handler;
  private final CommandMemory memory;
  private final Safety safety;
  private final Answers answers;
  private final Time time;
  private final LinkListener listener;
  private final MonotonicClock monotonic = MonotonicClock.system();
  private final Map<Command.Lane, ExecutorService> lanes = new EnumMap<>(Command.Lane.class);

  /** Where answers go. */
  interface Answers {
    void send(String topic, String json);
  }

  /** The device's two clocks. */
  interface Time {
    /** Its own, by which it stamps: the server corrects that. */
    Instant own();

    /** The server's, as far as it is known. */
    Instant server();
  }

  /** What may speak against a command. */
  interface Safety {
    /** Why it is not carried out; empty: nothing speaks against it. */
    Optional<Command.Result> refusal(Command command);

    /** It is about to begin. */
    void begins(Command command);
  }

  /**
   * @param arrivedNanos when it came
   * @param lifeMillis how long after that it may begin; negative: not said
   */
  private record Arrival(Command command, long arrivedNanos, long lifeMillis) {}

  Commands(
      Command.Handler handler,
      CommandMemory memory,
      Safety safety,
      Answers answers,
      Time time,
      LinkListener listener) {
    this.handler = handler;
    this.memory = memory;
    this.safety = safety;
    this.answers = answers;
    this.time = time;
    this.listener = listener;
    for (Command.Lane lane : Command.Lane.values()) {
      lanes.put(
          lane,
          new ThreadPoolExecutor(
              1,
              1,
              0,
              TimeUnit.SECONDS,
              new ArrayBlockingQueue<>(QUEUE),
              Thread.ofVirtual().name("commands-" + lane.name().toLowerCase(Locale.ROOT)).factory(),
              new ThreadPoolExecutor.DiscardPolicy()));
    }
  }

  /** Before any is received. */
  void start() {
    for (Command.Lane lane : Command.Lane.values()) {
      memory.last(lane).ifPresent(last -> answerAfterRestart(lane, last));
    }
  }

  /**
   * Without a result nobody can say what became of it. One that is remembered may have been on its
   * way when the device died: the platform, which had the acknowledgement, does not ask again.
   */
  private void answerAfterRestart(Command.Lane lane, CommandMemory.Taken last) {
    if (last.result() == null) {
      finish(
          lane,
          last.id(),
          last.seq(),
          new Command.Result(Command.Status.UNKNOWN, "restarted", "", Map.of()));
    } else {
      answers.send("commands/" + last.id() + "/result", last.result());
    }
  }

  /**
   * @param id of the topic
   */
  void received(String id, byte[] payload) {
    Optional<Arrival> arrival =
        JsonReader.object(payload).flatMap(json -> read(id, json, monotonic.nanos()));
    if (arrival.isEmpty()) {
      listener.failed("a command that cannot be read: " + id);
      return;
    }
    Arrival a = arrival.get();
    ExecutorService lane = Objects.requireNonNull(lanes.get(a.command().lane()));
    lane.execute(() -> take(a));
  }

  private static Optional<Arrival> read(
      String id, Map<String, @Nullable Object> json, long arrivedNanos) {
    if (!(json.get("seq") instanceof Long seq) || !(json.get("name") instanceof String name)) {
      return Optional.empty();
    }
    @SuppressWarnings("unchecked")
    Map<String, @Nullable Object> args =
        json.get("args") instanceof Map<?, ?> m ? (Map<String, @Nullable Object>) m : Map.of();
    Command.Lane lane =
        "priority".equals(json.get("lane")) ? Command.Lane.PRIORITY : Command.Lane.NORMAL;
    long life = json.get("expiresInMs") instanceof Long millis ? millis : -1;
    Command command = new Command(id, seq, lane, name, args, instant(json.get("deadline")));
    return Optional.of(new Arrival(command, arrivedNanos, life));
  }

  private static Optional<Instant> instant(@Nullable Object text) {
    try {
      return text instanceof String s ? Optional.of(Instant.parse(s)) : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private void take(Arrival arrival) {
    Command command = arrival.command();
    Optional<CommandMemory.Taken> last = memory.last(command.lane());
    if (last.isPresent() && command.seq() <= last.get().seq()) {
      again(command, last.get());
      return;
    }
    memory.remember(command.lane(), new CommandMemory.Taken(command.id(), command.seq(), null));
    Command.Result result;
    if (isOver(arrival)) {
      result = new Command.Result(Command.Status.EXPIRED, "", "", Map.of());
    } else {
      acknowledge(command);
      result = carryOut(command);
    }
    finish(command.lane(), command.id(), command.seq(), result);
  }

  private boolean isOver(Arrival arrival) {
    long waitedMillis = (monotonic.nanos() - arrival.arrivedNanos()) / 1_000_000;
    boolean byLife = arrival.lifeMillis() >= 0 && waitedMillis >= arrival.lifeMillis();
    return byLife || arrival.command().deadline().filter(d -> time.server().isAfter(d)).isPresent();
  }

  private Command.Result carryOut(Command command) {
    try {
      Optional<Command.Result> refusal = safety.refusal(command);
      if (refusal.isPresent()) {
        return refusal.get();
      }
      safety.begins(command);
      return handler.handle(command);
    } catch (RuntimeException e) {
      return Command.Result.failed("handler-failed", String.valueOf(e));
    }
  }

  /** What is safe in place of a command that was not repeated; nothing speaks against it. */
  void fallBack(String name, Map<String, @Nullable Object> args) {
    Command fallback =
        new Command("fallback", 0, Command.Lane.PRIORITY, name, args, Optional.empty());
    try {
      var unused = handler.handle(fallback);
    } catch (RuntimeException e) {
      listener.failed("fallback " + name + " failed: " + e);
    }
  }

  private void again(Command command, CommandMemory.Taken last) {
    if (last.id().equals(command.id())) {
      acknowledge(command);
      if (last.result() != null) {
        answers.send("commands/" + last.id() + "/result", last.result());
      }
    }
  }

  private void acknowledge(Command command) {
    answers.send(
        "commands/" + command.id() + "/ack",
        Json.text(Map.of("seq", command.seq(), "time", time.own().toString())));
  }

  private void finish(Command.Lane lane, String id, long seq, Command.Result result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seq", seq);
    json.put("time", time.own().toString());
    json.put("status", result.status().name().toLowerCase(Locale.ROOT));
    json.put("code", result.code());
    json.put("detail", result.detail());
    json.put("output", result.output());
    String payload = Json.text(json);
    memory.remember(lane, new CommandMemory.Taken(id, seq, payload));
    answers.send("commands/" + id + "/result", payload);
  }

  /** Begins none any more; what is under way may end. */
  @Override
  public void close() {
    lanes.values().forEach(ExecutorService::shutdown);
  }
}
