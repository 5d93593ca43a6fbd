package io.vagus.model;

import io.vagus.kit.ErrorCode;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A registered device.
 *
 * @param product id of its {@link ProductModel}
 * @param tags free words by key
 * @param gateway the device over whose connection it may send; that one is behind none itself
 * @param location where it stands
 * @param group the group it is in; empty: only in {@link GroupId#ALL}
 * @param version rises by one with each change, for conditional updates
 */
public record Device(
    DeviceId id,
    String product,
    String name,
    Status status,
    Map<String, String> tags,
    Optional<DeviceId> gateway,
    Optional<Location> location,
    Optional<GroupId> group,
    Map<Detail, String> details,
    Instant createdAt,
    Instant updatedAt,
    long version) {

  public Device {
    tags = Map.copyOf(tags);
    details = Map.copyOf(details);
  }

  /**
   * Where it is in its life, and with that whether it may connect.
   *
   * <pre>
   * from \ to     provis. active suspended quarantined in-transfer returned retired registered
   * registered       x      x        x          x           x                  x
   * provisioned             x        x          x           x          x       x
   * active                           x          x           x          x       x
   * suspended               x                   x           x          x       x
   * quarantined             x        x                                 x       x
   * in-transfer                                                                x        x
   * returned                                                x                  x        x
   * retired
   * </pre>
   *
   * <p>The first three may connect. The last three of the table's rows have no credentials: what
   * the device had is taken from it as it comes there.
   */
  public enum Status {
    /** In the books, without credentials. */
    REGISTERED,
    /** It has credentials, and was not heard yet. */
    PROVISIONED,
    /** It was heard. */
    ACTIVE,
    /** Shut out for now by somebody who runs it. */
    SUSPENDED,
    /** Shut out because it may be in wrong hands. */
    QUARANTINED,
    /** On its way to another organisation. */
    IN_TRANSFER,
    /** Back from who used it. */
    RETURNED,
    /** Out of use for good. */
    RETIRED;

    public boolean mayConnect() {
      return refusal().isEmpty();
    }

    /** Why one of them is not let in; empty for those that {@link #mayConnect}. */
    public Optional<ErrorCode> refusal() {
      return switch (this) {
        case REGISTERED, PROVISIONED, ACTIVE -> Optional.empty();
        case SUSPENDED -> Optional.of(ErrorCode.DEVICE_SUSPENDED);
        case QUARANTINED -> Optional.of(ErrorCode.DEVICE_QUARANTINED);
        case IN_TRANSFER -> Optional.of(ErrorCode.DEVICE_IN_TRANSFER);
        case RETURNED -> Optional.of(ErrorCode.DEVICE_RETURNED);
        case RETIRED -> Optional.of(ErrorCode.DEVICE_RETIRED);
      };
    }

    public boolean hasCredentials() {
      return switch (this) {
        case REGISTERED, PROVISIONED, ACTIVE, SUSPENDED, QUARANTINED -> true;
        case IN_TRANSFER, RETURNED, RETIRED -> false;
      };
    }

    /** Where it may go from here. */
    public Set<Status> next() {
      return switch (this) {
        case REGISTERED ->
            EnumSet.of(PROVISIONED, ACTIVE, SUSPENDED, QUARANTINED, IN_TRANSFER, RETIRED);
        case PROVISIONED ->
            EnumSet.of(ACTIVE, SUSPENDED, QUARANTINED, IN_TRANSFER, RETURNED, RETIRED);
        case ACTIVE -> EnumSet.of(SUSPENDED, QUARANTINED, IN_TRANSFER, RETURNED, RETIRED);
        case SUSPENDED -> EnumSet.of(ACTIVE, QUARANTINED, IN_TRANSFER, RETURNED, RETIRED);
        case QUARANTINED -> EnumSet.of(ACTIVE, SUSPENDED, RETURNED, RETIRED);
        case IN_TRANSFER -> EnumSet.of(REGISTERED, RETIRED);
        case RETURNED -> EnumSet.of(REGISTERED, IN_TRANSFER, RETIRED);
        case RETIRED -> EnumSet.noneOf(Status.class);
      };
    }
  }
}
