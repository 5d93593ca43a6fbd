package io.vagus.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.command.Bulks;
import io.vagus.command.CommandConfig;
import io.vagus.command.Commands;
import io.vagus.command.SqlBulkRecords;
import io.vagus.command.SqlCommandRecords;
import io.vagus.ingest.Ingest;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.model.Reported;
import io.vagus.process.Processor;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.twin.DesiredChanges;
import io.vagus.twin.InterlockDownlink;
import io.vagus.twin.Interlocks;
import io.vagus.twin.Relations;
import io.vagus.twin.SqlRelations;
import io.vagus.twin.Templates;
import io.vagus.twin.TwinCopies;
import io.vagus.twin.Twins;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What people wish of devices, and what guards it. Started before the processing, of which it hears
 * later what devices reported.
 *
 * @param interlocks brings devices the conditions that they judge themselves
 */
record WayDown(
    Twins twins,
    DesiredChanges desired,
    InterlockDownlink interlocks,
    Templates templates,
    Relations relations,
    TwinCopies copies,
    Commands commands,
    Bulks bulks,
    LateTwins reported,
    LateReadings latest) {
  private static final SecureRandom RANDOM = new SecureRandom();

  static WayDown start(
      Parts parts,
      SqlRegistry registry,
      CommandConfig config,
      WallClock wall,
      MonotonicClock monotonic,
      MeterRegistry meters) {
    LateTwins reported = new LateTwins();
    LateReadings latest = new LateReadings();
    Interlocks guards = new Interlocks(registry, latest, reported, wall);
    DesiredChanges desired = new DesiredChanges(registry, guards);
    Relations relations = new SqlRelations(registry.database(), registry.events());
    registry.addListener(relations);
    Twins twins = parts.add(Twins.start(registry, wall, meters));
    InterlockDownlink interlocks = parts.add(InterlockDownlink.start(registry));
    Templates templates = parts.add(Templates.start(registry, desired));
    SqlCommandRecords records = new SqlCommandRecords(registry.database(), registry.events());
    Commands commands =
        parts.add(
            Commands.start(records, registry, reported, guards, config, wall, monotonic, meters));
    SqlBulkRecords bulkRecords = new SqlBulkRecords(registry.database(), registry.events());
    Bulks bulks = parts.add(Bulks.start(bulkRecords, commands, wall, monotonic));
    TwinCopies copies = new TwinCopies(registry, reported, wall, WayDown::randomId);
    return new WayDown(
        twins,
        desired,
        interlocks,
        templates,
        relations,
        copies,
        commands,
        bulks,
        reported,
        latest);
  }

  private static String randomId() {
    byte[] bytes = new byte[8];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** A device said how it is. */
  void heard(Reported now) {
    twins.reported(now);
    commands.reported(now);
  }

  void compareWith(Processor processor) {
    reported.are(processor.reported());
    latest.are(processor.latest());
    twins.compareWith(reported);
  }

  void sendBy(Ingest ingest) {
    twins.sendBy(ingest::sendDown);
    commands.sendBy(ingest::sendDown);
    interlocks.sendBy(ingest::sendDown);
  }
}
