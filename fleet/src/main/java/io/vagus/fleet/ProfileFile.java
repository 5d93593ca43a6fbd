package io.vagus.fleet;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A profile as JSON: reads it, with defaults for what is left out. */
final class ProfileFile {
  private static final JsonMapper JSON = JsonMapper.shared();

  private ProfileFile() {}

  static Profile parse(String text) {
    Fields root;
    try {
      root = new Fields("", JSON.readTree(text));
    } catch (JacksonException e) {
      throw new VagusException(
          ErrorCode.INVALID_SETTING, "profile: no JSON: " + e.getOriginalMessage(), e);
    }
    root.text("about", "");
    List<Profile.Site> sites = sites(root);
    List<Profile.Product> products =
        root.list("products").stream().map(fields -> product(fields, sites)).toList();
    root.end();
    if (products.isEmpty()) {
      throw Fields.wrong("products", "none (expected: at least one)");
    }
    return new Profile(products);
  }

  private static List<Profile.Site> sites(Fields f) {
    return f.list("sites").stream().map(ProfileFile::site).toList();
  }

  private static Profile.Site site(Fields f) {
    Profile.Site site =
        new Profile.Site(
            f.text("name", ""),
            f.number("lat", Double.NaN),
            f.number("lon", Double.NaN),
            f.number("spread", 0.02),
            f.number("share", 1));
    f.end();
    return site;
  }

  private static Profile.Product product(Fields f, List<Profile.Site> everywhere) {
    String id = f.text("id");
    String name = f.text("name", id);
    String cadence = f.text("cadence", "10s");
    Map<String, Signal> signals = new LinkedHashMap<>();
    ObjectNode model = JSON.createObjectNode();
    model.put("id", id).put("name", name).put("cadence", cadence);
    model.put("unknownMetrics", f.text("unknownMetrics", "store"));
    model.put("maxMessagesPerMinute", (long) f.number("maxMessagesPerMinute", 0));
    ObjectNode metrics = model.putObject("metrics");
    Fields described = f.object("metrics");
    for (String metric : described.names()) {
      Fields of = described.object(metric);
      metrics.set(metric, MetricFields.model(of));
      signals.put(metric, MetricFields.signal(of));
      of.end();
    }
    List<Profile.Site> own = sites(f);
    Profile.Product product =
        new Profile.Product(
            id,
            (int) f.number("devices", 1),
            f.text("naming", id + " {n}"),
            model.toString(),
            signals,
            new Profile.Sending(
                f.micros("cadence", cadence), f.share("http"), link(f.object("link")), clock(f)),
            tags(f),
            own.isEmpty() ? everywhere : own,
            f.list("oddities").stream().map(ProfileFile::oddity).toList());
    f.end();
    return product;
  }

  private static Profile.Clock clock(Fields f) {
    return new Profile.Clock(f.micros("skew", "0s"), f.number("driftPpm", 0));
  }

  /** The version of the software is one of them, with a name of its own in a profile. */
  private static Map<String, Shares> tags(Fields f) {
    Map<String, Shares> tags = new TreeMap<>();
    Fields described = f.object("tags");
    for (String tag : described.names()) {
      tags.put(tag, described.shares(tag));
    }
    if (f.has("versions")) {
      tags.put(Profile.VERSION, f.shares("versions"));
    }
    return tags;
  }

  private static Link link(Fields f) {
    Link link =
        new Link(
            f.share("loss"),
            f.share("duplicates"),
            f.share("late"),
            f.micros("latency", "0s"),
            f.number("disconnectsPerHour", 0));
    f.end();
    return link;
  }

  private static Profile.Oddity oddity(Fields f) {
    f.text("about", "");
    Profile.Oddity oddity =
        new Profile.Oddity(
            f.numbers("numbers"),
            f.share("share"),
            faults(f.list("faults")),
            link(f.object("link")),
            f.micros("cadence", "0s"),
            clock(f),
            f.flag("wrongSecret"),
            f.flag("stubborn"));
    f.end();
    return oddity;
  }

  private static List<Fault> faults(List<Fields> list) {
    List<Fault> faults = new ArrayList<>();
    for (Fields f : list) {
      String kind = f.text("kind").toUpperCase(Locale.ROOT);
      try {
        faults.add(
            new Fault(
                Fault.Kind.valueOf(kind),
                f.text("metric", ""),
                f.number("size", 0),
                f.micros("onset", "0s"),
                f.micros("lasting", "0s"),
                f.micros("every", "0s")));
      } catch (IllegalArgumentException e) {
        throw Fields.wrong("kind", kind + " (expected: stuck, spike, bias, noise or silence)");
      }
      f.end();
    }
    return faults;
  }
}
