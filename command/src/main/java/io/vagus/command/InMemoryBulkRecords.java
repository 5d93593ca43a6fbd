package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.CommandState;
import io.vagus.model.Page;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The records' twin without a disk and without events. Owns its lock. */
public final class InMemoryBulkRecords implements BulkRecords {
  private final CommandRecords commands;
  private final Map<String, Bulk> bulks = new LinkedHashMap<>();
  private final Map<String, List<Member>> members = new HashMap<>();
  private final Map<String, Map<Long, String>> rejections = new HashMap<>();
  private final Set<String> settled = new HashSet<>();

  /**
   * @param commands where the bulk's commands are
   */
  public InMemoryBulkRecords(CommandRecords commands) {
    this.commands = commands;
  }

  @Override
  public synchronized void create(Bulk bulk, List<Member> itsMembers, Runnable committed) {
    SqlBulkRecords.requireRoom(bulks.size() - settled.size());
    bulks.put(bulk.id(), bulk);
    members.put(bulk.id(), List.copyOf(itsMembers));
    rejections.put(bulk.id(), new HashMap<>());
    committed.run();
  }

  @Override
  public synchronized Optional<Bulk> find(String id) {
    return Optional.ofNullable(bulks.get(id));
  }

  @Override
  public synchronized Page<Bulk> page(Optional<String> cursor, int limit) {
    long before = cursor.map(Paged::number).orElse(Long.MAX_VALUE);
    return Paged.bulks(
        bulks.values().stream()
            .filter(bulk -> bulk.createdMicros() < before)
            .sorted(Comparator.comparing(Bulk::createdMicros).reversed())
            .limit(limit + 1L)
            .toList(),
        limit);
  }

  @Override
  public synchronized List<Bulk> unsettled() {
    return bulks.values().stream().filter(bulk -> !settled.contains(bulk.id())).toList();
  }

  @Override
  public synchronized boolean move(Bulk before, Bulk after, Runnable committed) {
    Bulk now = bulks.get(before.id());
    if (now == null || now.state() != before.state()) {
      return false;
    }
    bulks.put(before.id(), after.withAsked(now.asked()));
    committed.run();
    return true;
  }

  @Override
  public synchronized void asked(String bulk, long asked, Map<Long, String> rejected) {
    bulks.computeIfPresent(bulk, (id, before) -> before.withAsked(asked));
    rejections.getOrDefault(bulk, new HashMap<>()).putAll(rejected);
  }

  @Override
  public synchronized void settled(String bulk) {
    settled.add(bulk);
  }

  @Override
  public synchronized BulkProgress progress(Bulk bulk) {
    long asked = find(bulk.id()).map(Bulk::asked).orElse(0L);
    return new BulkProgress(
        bulk.devices(), asked, rejected(bulk.id()).size(), commands.ofBulk(bulk.id()));
  }

  private Map<Long, String> rejected(String bulk) {
    return rejections.getOrDefault(bulk, Map.of());
  }

  @Override
  public synchronized List<Member> members(String bulk, long place, int limit) {
    return members.getOrDefault(bulk, List.of()).stream()
        .filter(member -> member.place() > place)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Page<Outcome> outcomes(
      Bulk bulk, Which which, Optional<String> cursor, int limit) {
    List<Outcome> found = new ArrayList<>();
    for (Member member :
        members(bulk.id(), cursor.map(Paged::number).orElse(0L), Integer.MAX_VALUE)) {
      Outcome outcome =
          new Outcome(
              member,
              Optional.ofNullable(rejected(bulk.id()).get(member.place())),
              commands.find(member.command()));
      if (found.size() <= limit && fits(bulk, outcome, which)) {
        found.add(outcome);
      }
    }
    return Paged.outcomes(found, limit);
  }

  private static boolean fits(Bulk bulk, Outcome outcome, Which which) {
    boolean waits = outcome.member().place() > bulk.asked();
    Optional<CommandState> state = outcome.command().map(Command::state);
    return switch (which) {
      case All _ -> true;
      case Waiting _ -> waits;
      case Rejected _ -> outcome.rejected().isPresent();
      case In in -> state.equals(Optional.of(in.state()));
      case Unsuccessful _ ->
          outcome.rejected().isPresent()
              || state.filter(s -> s.isOver() && s != CommandState.SUCCEEDED).isPresent()
              || (waits && bulk.state().isOver());
    };
  }
}
