package io.vagus.fleet;

import io.vagus.client.ApiClient;
import io.vagus.client.CaFile;
import io.vagus.client.Provisioning;
import io.vagus.client.ServerOptions;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.kit.WallClock;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The devices of a run with their connections. Used by one thread. */
final class Crew implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final DeviceLoops loops;
  private final Optional<SSLContext> tls;
  private final HttpClient http;
  private final WallClock wall = WallClock.system();
  private final Counts counts = new Counts();
  private final List<Device> devices = new ArrayList<>();
  private final Map<String, String> secrets = new HashMap<>();
  private final Place place;
  private final long seed;
  private final boolean follows;
  private final ApiClient api;
  private int connected;
  private @Nullable Run run;

  /**
   * @param source empty: it lives by its plan
   * @param pacing hears of the interval that is desired
   */
  private record Device(
      DevicePlan plan, Optional<Source> source, Pacing pacing, Uplink uplink, Dice dice) {}

  /**
   * @param follows whether devices that speak MQTT follow the interval that is desired of them
   */
  Crew(Place place, long seed, int threads, boolean follows) {
    this.place = place;
    this.follows = follows;
    this.seed = seed;
    this.tls = place.tls() ? Optional.of(CaFile.tls(place.api().caFile())) : Optional.empty();
    this.loops = new DeviceLoops(threads);
    HttpClient.Builder client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    tls.ifPresent(client::sslContext);
    this.http = client.build();
    this.api = new ApiClient(place.api(), TIMEOUT);
  }

  ApiClient api() {
    return api;
  }

  Counts counts() {
    return counts;
  }

  WallClock wall() {
    return wall;
  }

  int size() {
    return devices.size();
  }

  /**
   * Makes products and devices known to the server; those that are there stay as they are.
   *
   * @return how many devices were new
   */
  int register(Profile profile, List<DevicePlan> plans) {
    Provisioning provisioning = new Provisioning(api);
    profile.products().forEach(product -> provisioning.createProduct(product.model()));
    place.secrets().ifPresent(file -> file.add(Map.of())); // can it be written?
    boolean secret = place.secrets().isPresent();
    Provisioning.Created created =
        provisioning.createDevices(
            plans.stream().map(plan -> DeviceShape.of(plan, secret)).toList());
    place
        .secrets()
        .ifPresent(file -> {
          file.add(created.secrets());
          secrets.putAll(file.read());
        });
    return created.count();
  }

  /** Of those devices: how many were there before and are not ours. */
  long withoutSecret(List<DevicePlan> plans) {
    return place.secrets().isEmpty()
        ? 0
        : plans.stream().filter(plan -> !secrets.containsKey(plan.id())).count();
  }

  /** A device that lives by its plan. */
  void add(DevicePlan plan) {
    add(plan, Optional.empty());
  }

  void add(DevicePlan plan, Optional<Source> source) {
    Dice dice = new Dice(seed).of(plan.id());
    Pacing pacing = new Pacing(plan.cadenceMicros(), plan.stubborn());
    devices.add(new Device(plan, source, pacing, uplink(plan, pacing), dice));
  }

  private Uplink uplink(DevicePlan plan, Pacing pacing) {
    String secret = plan.wrongSecret() ? "not the right one" : secrets.getOrDefault(plan.id(), "");
    return switch (plan.way()) {
      case MQTT ->
          new MqttUplink(
              plan.id(),
              secret,
              place.mqtt().orElseThrow(() -> ServerOptions.notListening(listener("mqtt"))),
              tls,
              follows ? Optional.of(pacing) : Optional.empty(),
              loops,
              counts);
      case HTTP ->
          new HttpUplink(
              http,
              loops.nextHome(),
              place.http().orElseThrow(() -> ServerOptions.notListening(listener("http"))),
              plan.id(),
              secret,
              counts);
    };
  }

  private String listener(String protocol) {
    return place.tls() ? protocol + "s" : protocol;
  }

  /** Connects those that are not yet, so many at once; see {@link #isSettled}. */
  void connect(int atOnce) {
    long settled = counts.settled.sum();
    while (connected < devices.size() && connected - settled < atOnce) {
      devices.get(connected++).uplink().connect();
    }
  }

  /** Whether each device was let in or refused once. */
  boolean isSettled() {
    return counts.settled.sum() >= devices.size();
  }

  /** Lets all send from now on, and go on with the lives that they had before. */
  Run goOn() {
    return begin(wall.micros(), 0, Long.MAX_VALUE);
  }

  /**
   * Lets all send from now on, each with the life that its seed begins with.
   *
   * @param lastingMicros messages due later are not begun
   */
  Run beginAnew(long lastingMicros) {
    long start = wall.micros();
    long end = Math.min(lastingMicros, Long.MAX_VALUE - start) + start;
    return begin(start, start - Life.ORIGIN_MICROS, end);
  }

  private Run begin(long startMicros, long shiftMicros, long endMicros) {
    List<Run.Member> members =
        devices.stream()
            .map(device ->
                new Run.Member(
                    device
                        .source()
                        .orElseGet(() -> new Life(device.plan(), seed, startMicros, shiftMicros)),
                    device.uplink(),
                    device.plan().link(),
                    device.dice()))
            .toList();
    Run begun = new Run(members, startMicros, endMicros, wall, counts);
    run = begun;
    for (int i = 0; i < members.size(); i++) {
      Run.Member member = members.get(i);
      devices.get(i).pacing().begin(micros -> begun.pace(member, micros));
    }
    begun.start();
    return begun;
  }

  @Override
  public void close() {
    if (run != null) {
      run.close();
    }
    devices.forEach(device -> device.uplink().stop());
    loops.close();
    http.shutdownNow();
    api.close();
  }
}
