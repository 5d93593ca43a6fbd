package io.vagus.registry;

import io.vagus.model.Detail;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Location;
import io.vagus.model.ProductModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Products, devices, applications and what they may do. Calls may block on disk, but for {@link
 * #model}. Thread-safe. Bad input is a {@code VagusException} of kind USER.
 */
public interface Registry extends Devices, AutoCloseable {

  /** Stores a new version of the model; its version number is given here and returned. */
  ProductModel saveProduct(ProductModel model);

  /** The version in force. From memory: the way of a message may call it. */
  Optional<ProductModel> model(String product);

  /** A certain version. From memory. */
  Optional<ProductModel> model(String product, int version);

  /** The versions in force, sorted by id. */
  List<ProductModel> products();

  /** Removes a product that no device has. */
  void deleteProduct(String product);

  /** All groups. From memory: the way of a message may call it. */
  GroupTree groups();

  /** New, or changed. */
  Group saveGroup(Group group);

  /** Refused with CONFLICT while groups or devices are in it. */
  void deleteGroup(GroupId id);

  /** An MQTT client that is no device, with the topics it may use. */
  Application saveApplication(String name, Optional<String> secret, List<Grant> grants);

  List<Application> applications();

  void deleteApplication(String name);

  /** Tells of changes after they are stored, on the thread that made them. */
  void addListener(RegistryListener listener);

  Credentials credentials();

  /** The certificates that were issued to devices. */
  Certificates certificates();

  /** What the platform wants devices to be. */
  DesiredStates desired();

  /** Users and what they were granted. */
  People people();

  /** Tokens of the API. */
  Tokens tokens();

  /** When who used which right. */
  RightUses rightUses();

  /** Devices that enrol by themselves. */
  EnrolmentBatches batches();

  /** With what a device enrols once. */
  EnrolmentTokens enrolmentTokens();

  /**
   * Does the work; all it changes here becomes durable together, or nothing does.
   *
   * @param work on this thread; what it throws undoes all
   */
  <T> T together(Supplier<T> work);

  /** What happened to all of these, and who did it. */
  EventLog events();

  /** What an idempotency key was answered with before; see {@link IdempotentAnswers}. */
  IdempotentAnswers idempotentAnswers();

  @Override
  void close();

  /**
   * A device to be.
   *
   * @param gateway a device that is behind none itself
   * @param secret empty: the device cannot connect by password yet
   */
  record NewDevice(
      DeviceId id,
      String product,
      String name,
      Map<String, String> tags,
      Optional<DeviceId> gateway,
      Optional<Location> location,
      Optional<GroupId> group,
      Map<Detail, String> details,
      Optional<Secret> secret) {

    /** In no group, and nothing else is known of it. */
    public NewDevice(
        DeviceId id,
        String product,
        String name,
        Map<String, String> tags,
        Optional<DeviceId> gateway,
        Optional<Location> location,
        Optional<Secret> secret) {
      this(id, product, name, tags, gateway, location, Optional.empty(), Map.of(), secret);
    }

    /**
     * Behind no gateway, and nobody said where.
     *
     * @param secret a chosen one
     */
    public NewDevice(
        DeviceId id,
        String product,
        String name,
        Map<String, String> tags,
        Optional<String> secret) {
      this(
          id,
          product,
          name,
          tags,
          Optional.empty(),
          Optional.empty(),
          secret.map(Secret.Chosen::new));
    }

    @Override
    public String toString() {
      return "NewDevice[" + id + "]";
    }
  }

  /**
   * What to change; empty fields stay.
   *
   * @param details an empty one is taken away
   */
  record DevicePatch(
      Optional<String> product,
      Optional<String> name,
      Optional<Device.Status> status,
      Optional<Map<String, String>> tags,
      Edit<DeviceId> gateway,
      Edit<Location> location,
      Edit<GroupId> group,
      Map<Detail, Optional<String>> details) {
    public static final DevicePatch NOTHING =
        new DevicePatch(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new Edit.Keep<>(),
            new Edit.Keep<>(),
            new Edit.Keep<>(),
            Map.of());

    public DevicePatch withProduct(String to) {
      return new DevicePatch(
          Optional.of(to), name, status, tags, gateway, location, group, details);
    }

    public DevicePatch withName(String to) {
      return new DevicePatch(
          product, Optional.of(to), status, tags, gateway, location, group, details);
    }

    public DevicePatch withStatus(Device.Status to) {
      return new DevicePatch(
          product, name, Optional.of(to), tags, gateway, location, group, details);
    }

    public DevicePatch withTags(Map<String, String> to) {
      return new DevicePatch(
          product, name, status, Optional.of(to), gateway, location, group, details);
    }

    public DevicePatch withGateway(Edit<DeviceId> edit) {
      return new DevicePatch(product, name, status, tags, edit, location, group, details);
    }

    public DevicePatch withLocation(Edit<Location> edit) {
      return new DevicePatch(product, name, status, tags, gateway, edit, group, details);
    }

    public DevicePatch withGroup(Edit<GroupId> edit) {
      return new DevicePatch(product, name, status, tags, gateway, location, edit, details);
    }

    public DevicePatch withDetails(Map<Detail, Optional<String>> edits) {
      return new DevicePatch(product, name, status, tags, gateway, location, group, edits);
    }
  }

  /**
   * Which devices; all conditions hold at once.
   *
   * @param text part of id or name, any case
   * @param gateway behind this one
   * @param group in it or below; of a dynamic one: those that its query finds
   */
  record DeviceFilter(
      Optional<String> text,
      Optional<String> product,
      Optional<Device.Status> status,
      Map<String, String> tags,
      Optional<DeviceId> gateway,
      Optional<GroupId> group,
      Map<Detail, String> details) {
    public static final DeviceFilter ALL =
        new DeviceFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Map.of());

    /** Whether nothing but product and status counts. */
    public boolean isCoarse() {
      return text.isEmpty()
          && tags.isEmpty()
          && gateway.isEmpty()
          && group.isEmpty()
          && details.isEmpty();
    }

    public DeviceFilter inGroup(Optional<GroupId> wanted) {
      return new DeviceFilter(text, product, status, tags, gateway, wanted, details);
    }

    public DeviceFilter withDetails(Map<Detail, String> wanted) {
      return new DeviceFilter(text, product, status, tags, gateway, group, wanted);
    }

    public DeviceFilter withText(String part) {
      return new DeviceFilter(Optional.of(part), product, status, tags, gateway, group, details);
    }

    public DeviceFilter withProduct(String id) {
      return new DeviceFilter(text, Optional.of(id), status, tags, gateway, group, details);
    }

    public DeviceFilter withStatus(Device.Status wanted) {
      return new DeviceFilter(text, product, Optional.of(wanted), tags, gateway, group, details);
    }

    public DeviceFilter withTags(Map<String, String> wanted) {
      return new DeviceFilter(text, product, status, wanted, gateway, group, details);
    }

    public DeviceFilter withGateway(DeviceId id) {
      return new DeviceFilter(text, product, status, tags, Optional.of(id), group, details);
    }
  }

  /** A device behind a gateway, as far as the gateway's messages for it need to know. */
  record Child(DeviceId gateway, String product, Device.Status status) {

    /** Empty when it is behind none. */
    public static Optional<Child> of(Device device) {
      return device.gateway().map(g -> new Child(g, device.product(), device.status()));
    }
  }

  /** An MQTT client that is no device. */
  record Application(String name, List<Grant> grants) {}

  /**
   * The right to use topics outside {@code v1/}, or to read within it.
   *
   * @param filter an MQTT topic filter (MQTT 5.0 §4.7)
   */
  record Grant(String filter, boolean publish, boolean subscribe) {}
}
