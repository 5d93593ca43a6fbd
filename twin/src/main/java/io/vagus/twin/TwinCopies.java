package io.vagus.twin;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.Desired;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Document;
import io.vagus.model.DocumentPatch;
import io.vagus.model.ProductModel;
import io.vagus.model.Reported;
import io.vagus.model.TwinModel;
import io.vagus.registry.Registry;
import io.vagus.wire.DocumentCodec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Copies of twins to try changes on: what would differ, who would win. Nothing in them reaches a
 * device, nor the event log. In memory, for an hour, a bounded number. Owns its lock.
 */
public final class TwinCopies {
  public static final int MAX_COPIES = 1000;
  public static final Duration LIFE = Duration.ofHours(1);

  private final Registry registry;
  private final ReportedTwins reported;
  private final WallClock wall;
  private final Supplier<String> ids;
  private final Map<String, Copy> copies = new LinkedHashMap<>();

  /**
   * A copy as it stands.
   *
   * @param taken fields that the platform took over from the device by the last change
   */
  public record Copy(
      String id, Desired desired, Reported reported, Document taken, long untilMicros) {
    public DeviceId device() {
      return desired.device();
    }
  }

  /**
   * @param ids of new copies
   */
  public TwinCopies(
      Registry registry, ReportedTwins reported, WallClock wall, Supplier<String> ids) {
    this.registry = registry;
    this.reported = reported;
    this.wall = wall;
    this.ids = ids;
  }

  /** Of a device's twin as it is now. */
  public synchronized Copy make(DeviceId device) {
    long now = wall.micros();
    copies.values().removeIf(copy -> copy.untilMicros <= now);
    if (copies.size() >= MAX_COPIES) {
      throw new VagusException(
          ErrorCode.BUSY,
          "copies: %d are kept (expected: < %d; each lasts an hour)"
              .formatted(copies.size(), MAX_COPIES));
    }
    Copy copy =
        new Copy(
            ids.get(),
            registry.desired().of(device),
            reported.of(device).orElse(Reported.none(device)),
            Document.EMPTY,
            now + LIFE.toNanos() / 1000);
    copies.put(copy.id, copy);
    return copy;
  }

  public synchronized Optional<Copy> find(String id) {
    return Optional.ofNullable(copies.get(id)).filter(copy -> copy.untilMicros > wall.micros());
  }

  public synchronized void remove(String id) {
    copies.remove(id);
  }

  /**
   * As if somebody changed desired state, then the device reported.
   *
   * @return empty when there is no such copy
   */
  public synchronized Optional<Copy> change(
      String id, DocumentPatch desiredPatch, DocumentPatch reportedPatch) {
    Optional<Copy> after = find(id).map(copy -> changed(copy, desiredPatch, reportedPatch));
    after.ifPresent(copy -> copies.put(id, copy));
    return after;
  }

  private Copy changed(Copy copy, DocumentPatch desiredPatch, DocumentPatch reportedPatch) {
    long now = wall.micros();
    Wanted agreed = Wanted.of(copy.desired);
    agreed = agreed.isFollowedBy(copy.reported) ? agreed.followed(now - 1) : agreed;
    Desired desired = next(copy.desired, desiredPatch, now - 1);
    Wanted wanted = desired.equals(copy.desired) ? agreed : agreed.next(desired);
    Reported said = next(copy.reported, reportedPatch, now);
    DocumentPatch taken =
        reportedPatch.isEmpty()
            ? new DocumentPatch(java.util.List.of())
            : Conflicts.taken(wanted, said, model(copy.device()));
    return new Copy(
        copy.id, next(desired, taken, now), said, Document.EMPTY.with(taken), copy.untilMicros);
  }

  private static Desired next(Desired before, DocumentPatch patch, long now) {
    Document after = before.document().with(patch);
    return after.equals(before.document())
        ? before
        : before.next(DocumentCodec.requireBounds(after, "desired"), now);
  }

  private static Reported next(Reported before, DocumentPatch patch, long now) {
    if (patch.isEmpty()) {
      return before;
    }
    Document after = DocumentCodec.requireBounds(before.document().with(patch), "reported");
    TreeMap<String, Reported.Field> fields = new TreeMap<>();
    after
        .fields()
        .forEach((pointer, json) -> {
          Reported.Field known = before.fields().get(pointer);
          fields.put(
              pointer,
              known != null && known.json().equals(json)
                  ? known
                  : new Reported.Field(json, now, now));
        });
    return new Reported(before.device(), fields, before.desiredVersion(), now);
  }

  private TwinModel model(DeviceId device) {
    return registry
        .device(device)
        .map(Device::product)
        .flatMap(registry::model)
        .map(ProductModel::twin)
        .orElse(TwinModel.NONE);
  }
}
