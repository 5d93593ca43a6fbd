package io.vagus.fleet;

import io.vagus.fleet.mqtt.Connector;
import io.vagus.kit.WallClock;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The devices of a run with their connections. Used by one thread. */
final class Crew implements AutoCloseable {
  private final Connector connector;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final WallClock wall = WallClock.system();
  private final Counts counts = new Counts();
  private final long startMicros = wall.micros();
  private final List<Run.Member> members = new ArrayList<>();
  private final Place place;
  private final long seed;
  private final FleetApi api;
  private @Nullable Run run;

  Crew(Place place, long seed, int threads) {
    this.place = place;
    this.seed = seed;
    this.connector = new Connector(threads, place.tls());
    this.api = new FleetApi(http, place.http(), place.token());
  }

  FleetApi api() {
    return api;
  }

  Counts counts() {
    return counts;
  }

  WallClock wall() {
    return wall;
  }

  List<Run.Member> members() {
    return members;
  }

  /** When the run began, from which faults are counted. */
  long startMicros() {
    return startMicros;
  }

  /** A device that lives by its plan. */
  void add(DevicePlan plan) {
    add(plan, new Life(plan, seed, startMicros));
  }

  void add(DevicePlan plan, Source source) {
    Dice dice = new Dice(seed).of(plan.id());
    members.add(new Run.Member(source, uplink(plan, dice), plan.link(), dice));
  }

  private Uplink uplink(DevicePlan plan, Dice dice) {
    String secret = plan.wrongSecret() ? "not the right one" : place.secret();
    return switch (plan.way()) {
      case MQTT ->
          new MqttUplink(
              MqttUplink.login(plan.id(), secret),
              connector,
              place.mqtt(),
              members.size(),
              counts,
              dice);
      case HTTP ->
          new HttpUplink(http, connector.nextHome(), place.http(), plan.id(), secret, counts);
    };
  }

  /** Lets all send from now on. */
  void begin() {
    Run begun = new Run(members, wall.micros(), wall, counts);
    run = begun;
    begun.start();
  }

  /** Begins no more messages; those on their way go on. */
  void end() {
    Run begun = run;
    if (begun != null) {
      begun.close();
    }
  }

  @Override
  public void close() {
    end();
    members.forEach(member -> member.uplink().stop());
    connector.close();
    http.shutdownNow();
  }
}
