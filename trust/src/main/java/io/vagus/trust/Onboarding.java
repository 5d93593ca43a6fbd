package io.vagus.trust;

import io.vagus.model.Page;
import io.vagus.registry.BatchMember;
import io.vagus.registry.EnrolmentBatches;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * How far a batch's devices are between their factory record and their first accepted message, and
 * how long each step took them.
 *
 * @param listed how many devices were looked at
 * @param ways how many enrolled by what: token, claim, hardware
 */
public record Onboarding(
    long listed, long enrolled, long accepted, List<Step> steps, Map<String, Long> ways) {
  /** So many members are looked at. */
  public static final int MOST = 100_000;

  private static final int PAGE = 1000;

  /**
   * One step, of those who have it behind them.
   *
   * @param name such as {@code record-to-certificate}
   */
  public record Step(String name, long count, Duration p50, Duration p95, Duration longest) {}

  /** From what to what. */
  private record Span(
      String name,
      Function<BatchMember, Optional<Instant>> from,
      Function<BatchMember, Optional<Instant>> to) {}

  private static final List<Span> SPANS =
      List.of(
          new Span("record-to-certificate", BatchMember::listedAt, Onboarding::enrolledAt),
          new Span("certificate-to-connection", Onboarding::enrolledAt, Onboarding::connectedAt),
          new Span("connection-to-accepted", Onboarding::connectedAt, Onboarding::acceptedAt),
          new Span("record-to-accepted", BatchMember::listedAt, Onboarding::acceptedAt));

  private static Optional<Instant> enrolledAt(BatchMember member) {
    return member.enrolled().map(BatchMember.Enrolled::at);
  }

  private static Optional<Instant> connectedAt(BatchMember member) {
    return member.heard().flatMap(BatchMember.Heard::connected);
  }

  private static Optional<Instant> acceptedAt(BatchMember member) {
    return member.heard().map(BatchMember.Heard::accepted);
  }

  /** As of now. */
  public static Onboarding of(EnrolmentBatches batches, String batch) {
    List<BatchMember> members = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      Page<BatchMember> page = batches.members(batch, cursor, PAGE);
      members.addAll(page.items());
      cursor = page.next();
    } while (cursor.isPresent() && members.size() < MOST);
    Map<String, Long> ways = new TreeMap<>();
    for (BatchMember member : members) {
      member.enrolled().ifPresent(e -> ways.merge(e.by().split(" ", 2)[0], 1L, Long::sum));
    }
    return new Onboarding(
        members.size(),
        members.stream().filter(m -> m.enrolled().isPresent()).count(),
        members.stream().filter(m -> m.heard().isPresent()).count(),
        SPANS.stream().map(span -> step(span, members)).toList(),
        ways);
  }

  private static Step step(Span span, List<BatchMember> members) {
    long[] micros =
        members.stream()
            .flatMap(m ->
                span
                    .from()
                    .apply(m)
                    .flatMap(from -> span.to().apply(m).map(to -> Duration.between(from, to)))
                    .stream())
            .mapToLong(d -> d.toNanos() / 1000)
            .sorted()
            .toArray();
    return new Step(span.name(), micros.length, at(micros, 0.5), at(micros, 0.95), at(micros, 1));
  }

  private static Duration at(long[] sortedMicros, double share) {
    if (sortedMicros.length == 0) {
      return Duration.ZERO;
    }
    int index = (int) Math.min(sortedMicros.length - 1L, (long) (sortedMicros.length * share));
    return Duration.ofNanos(1000 * sortedMicros[index]);
  }

  /**
   * What people have to do, by the ways that the batch's devices took: the rest is done by itself.
   */
  public List<String> manualSteps() {
    List<String> manual = new ArrayList<>();
    manual.add("record: list the devices (enrol batch add), once for the batch");
    if (ways.containsKey("token")) {
      manual.add("token: make one for each device and put it there");
    }
    if (ways.containsKey("claim")) {
      manual.add("claim: put the claim key and certificate into the firmware, once for the batch");
    }
    manual.add("switch on: install the device and give it power");
    return manual;
  }
}
