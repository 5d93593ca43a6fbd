package io.vagus.api;

import io.vagus.kit.WallClock;
import io.vagus.ledger.DeadLetter;
import io.vagus.ledger.DeadLetterFilter;
import io.vagus.ledger.MessageTrace;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.model.ProductModel;
import io.vagus.model.Reading;
import io.vagus.registry.Event;
import io.vagus.registry.EventLog;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.Subject;
import io.vagus.trust.EvidenceArchive;
import io.vagus.watch.PastConnection;
import io.vagus.watch.Refusal;
import io.vagus.watch.RefusalLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/**
 * What is known of devices, as files of an archive, a JSON object a line, each with its device. Of
 * one device a file has {@link #MOST} lines at most, the newest. Thread-safe.
 */
final class Evidence {
  static final int MOST = 10_000;

  private static final int PAGE = 1000;

  private final ApiParts parts;
  private final WallClock clock;

  Evidence(ApiParts parts) {
    this.parts = parts;
    this.clock = parts.wallClock();
  }

  /**
   * Of which time messages are wanted.
   *
   * @param toMicros excluded
   */
  record Range(long fromMicros, long toMicros) {}

  /** Writes the files, one after the other. */
  void write(EvidenceArchive archive, FleetPart part, Range range) throws IOException {
    Set<String> products = new TreeSet<>();
    each(
        archive,
        "devices.ndjson",
        part,
        (file, device) -> {
          products.add(device.product());
          file.line(out -> DeviceShape.write(out, device, parts.watch().contact(device.id())));
        });
    archive.file("products.ndjson", sink -> products(new EvidenceFile(archive, sink), products));
    each(archive, "history.ndjson", part, (file, d) -> history(file, d.id()));
    each(archive, "certificates.ndjson", part, (file, d) -> certificates(file, d.id()));
    each(archive, "connections.ndjson", part, (file, d) -> connections(file, d.id()));
    each(archive, "refusals.ndjson", part, (file, d) -> refusals(file, d.id()));
    each(archive, "messages.ndjson", part, (file, d) -> messages(file, d.id(), range));
    each(archive, "latest-readings.ndjson", part, (file, d) -> latest(file, d.id()));
    each(archive, "readings.ndjson", part, (file, d) -> readings(file, d.id(), range));
    each(archive, "dead-letters.ndjson", part, (file, d) -> deadLetters(file, d.id(), range));
  }

  private void each(
      EvidenceArchive archive,
      String name,
      FleetPart part,
      BiConsumer<EvidenceFile, Device> section)
      throws IOException {
    archive.file(
        name,
        sink -> {
          EvidenceFile file = new EvidenceFile(archive, sink);
          part.each(
              parts.registry(),
              device -> {
                file.begin(name, MOST);
                section.accept(file, device);
              });
        });
  }

  private void products(EvidenceFile file, Set<String> products) {
    file.begin("products.ndjson", MOST);
    for (String id : products) {
      Optional<ProductModel> model = parts.registry().model(id);
      model.ifPresent(m -> file.line(out -> ProductShape.write(out, m)));
    }
  }

  private void history(EvidenceFile file, DeviceId device) {
    EventLog.Filter about = EventLog.Filter.ALL.withSubject(Subject.device(device));
    Optional<String> cursor = Optional.empty();
    do {
      Page<Event> page = parts.registry().events().events(about, cursor, PAGE);
      page.items().forEach(event -> file.line(out -> EventRoutes.write(out, event)));
      cursor = page.next();
    } while (cursor.isPresent() && file.hasRoom());
  }

  private void certificates(EvidenceFile file, DeviceId device) {
    for (IssuedCertificate c : parts.registry().certificates().of(device)) {
      file.line(out -> CertificateShape.write(out, c, clock.now()));
    }
  }

  private void connections(EvidenceFile file, DeviceId device) {
    for (PastConnection c : parts.watch().connections(device)) {
      file.line(out -> {
        out.writeStringProperty("device", device.value());
        out.writeStringProperty("listener", c.transport().label());
        out.writeStringProperty("address", c.address());
        out.writeStringProperty("opened", Shape.time(c.openedMicros()));
        c.closedMicros().ifPresent(at -> out.writeStringProperty("closed", Shape.time(at)));
      });
    }
  }

  private void refusals(EvidenceFile file, DeviceId device) {
    RefusalLog.Filter named =
        new RefusalLog.Filter(
            Optional.of(device.value()),
            Optional.empty(),
            Optional.empty(),
            Long.MIN_VALUE,
            Long.MAX_VALUE);
    for (Refusal r : parts.watch().refusals().newest(named, Long.MAX_VALUE, MOST).items()) {
      file.line(out -> OverviewShape.refusal(out, r));
    }
  }

  private void messages(EvidenceFile file, DeviceId device, Range range) {
    List<MessageTrace> newest = parts.ledger().recent(device, Optional.empty(), MOST).items();
    for (MessageTrace trace : newest) {
      long received = trace.receivedMicros().orElse(0);
      if (received >= range.fromMicros() && received < range.toMicros()) {
        file.line(out -> LedgerRoutes.writeTrace(out, trace));
      }
    }
  }

  private void latest(EvidenceFile file, DeviceId device) {
    for (Reading reading : parts.latest().of(device)) {
      file.line(out -> ReadingShape.writeWithDevice(out, reading));
    }
  }

  /** The oldest of the range first, as the series has them. */
  private void readings(EvidenceFile file, DeviceId device, Range range) {
    for (String metric : parts.series().metrics(device)) {
      parts
          .series()
          .raw(device, metric, range.fromMicros(), range.toMicros(), MOST)
          .forEach(reading -> file.line(out -> ReadingShape.writeWithDevice(out, reading)));
    }
  }

  private void deadLetters(EvidenceFile file, DeviceId device, Range range) {
    DeadLetterFilter filter =
        new DeadLetterFilter(
            Optional.of(device),
            Optional.empty(),
            Optional.empty(),
            range.fromMicros(),
            range.toMicros());
    Optional<String> cursor = Optional.empty();
    do {
      Page<DeadLetter> page = parts.ledger().deadLetters(filter, cursor, PAGE);
      page.items()
          .forEach(letter -> file.line(out -> DeadLetterRoutes.writeWithPayload(out, letter)));
      cursor = page.next();
    } while (cursor.isPresent() && file.hasRoom());
  }

  /** One file of the archive, and how much of the present device is in it. Not thread-safe. */
  private static final class EvidenceFile {
    private final EvidenceArchive archive;
    private final EvidenceArchive.Sink sink;
    private String name = "";
    private int left;
    private boolean full;

    EvidenceFile(EvidenceArchive archive, EvidenceArchive.Sink sink) {
      this.archive = archive;
      this.sink = sink;
    }

    void begin(String file, int most) {
      name = file;
      left = most;
    }

    boolean hasRoom() {
      return !full && left > 0;
    }

    void line(Consumer<JsonGenerator> object) {
      if (!hasRoom()) {
        archive.cut(name);
        return;
      }
      left--;
      try {
        full = !sink.line(Reply.jsonBytes(object));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
