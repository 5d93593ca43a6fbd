package io.vagus.fleet;

import io.vagus.client.ApiClient;
import io.vagus.client.CaFile;
import io.vagus.client.Provisioning;
import io.vagus.client.ServerOptions;
import io.vagus.fleet.mqtt.Connector;
import io.vagus.kit.WallClock;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The devices of a run with their connections. Used by one thread. */
final class Crew implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final Connector connector;
  private final HttpClient http;
  private final WallClock wall = WallClock.system();
  private final Counts counts = new Counts();
  private final long startMicros = wall.micros();
  private final List<Run.Member> members = new ArrayList<>();
  private final Place place;
  private final long seed;
  private final ApiClient api;
  private @Nullable Run run;

  Crew(Place place, long seed, int threads) {
    this.place = place;
    this.seed = seed;
    Optional<SSLContext> tls =
        place.tls() ? Optional.of(CaFile.tls(place.api().caFile())) : Optional.empty();
    this.connector = new Connector(threads, tls);
    HttpClient.Builder client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    tls.ifPresent(client::sslContext);
    this.http = client.build();
    this.api = new ApiClient(place.api(), TIMEOUT);
  }

  ApiClient api() {
    return api;
  }

  /**
   * Makes products and devices known to the server; those that are there stay as they are.
   *
   * @return how many devices were new
   */
  int register(Profile profile, List<DevicePlan> plans) {
    Provisioning provisioning = new Provisioning(api);
    profile.products().forEach(product -> provisioning.createProduct(product.model()));
    return provisioning.createDevices(
        plans.stream().map(plan -> DeviceShape.of(plan, place.secret())).toList());
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
              place.mqtt().orElseThrow(() -> ServerOptions.notListening(listener("mqtt"))),
              members.size(),
              counts,
              dice);
      case HTTP ->
          new HttpUplink(
              http,
              connector.nextHome(),
              place.http().orElseThrow(() -> ServerOptions.notListening(listener("http"))),
              plan.id(),
              secret,
              counts);
    };
  }

  private String listener(String protocol) {
    return place.tls() ? protocol + "s" : protocol;
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
    api.close();
  }
}
