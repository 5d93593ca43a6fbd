package io.vagus.registry.sql;

import io.vagus.kit.WallClock;
import io.vagus.model.ProductModel;
import io.vagus.registry.Catalogue;
import io.vagus.registry.CatalogueFacts;
import io.vagus.registry.DeviceRules;
import io.vagus.registry.GroupTree;
import io.vagus.registry.Json;
import io.vagus.registry.Registry.Application;
import io.vagus.registry.Rules;
import io.vagus.registry.TagVocabulary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Products and applications: tables, and their snapshot in memory, which the file's writer replaces
 * after each commit.
 */
final class CatalogueTables {
  private final Database database;
  private final SqlEvents events;
  private final WallClock wall;
  private volatile Catalogue catalogue;

  CatalogueTables(Database database, SqlEvents events, WallClock wall) {
    this.database = database;
    this.events = events;
    this.wall = wall;
    this.catalogue = database.read(CatalogueTables::load);
  }

  private static Catalogue load(SqlConnection sql) {
    Map<String, List<ProductModel>> versions = new HashMap<>();
    sql.list(
            row -> Json.toModel(row.text(1)),
            "select model from product_version order by product, version")
        .forEach(m -> versions.computeIfAbsent(m.id(), id -> new ArrayList<>()).add(m));
    Map<String, ProductModel> current = new HashMap<>();
    sql.list(row -> row.text(1), "select id from product")
        .forEach(id -> current.put(id, versions.getOrDefault(id, List.of()).getLast()));
    Map<String, Application> applications = new HashMap<>();
    sql.list(
            row -> new Application(row.text(1), Json.toGrants(row.text(2))),
            "select name, grants from application")
        .forEach(a -> applications.put(a.name(), a));
    TagVocabulary tags =
        sql.first(row -> TagVocabulary.parse(row.text(1)), "select body from tag_vocabulary")
            .orElse(TagVocabulary.ANY);
    return new Catalogue(current, versions, applications, tags);
  }

  /** As of the last commit; never touches the disk. */
  Catalogue catalogue() {
    return catalogue;
  }

  ProductModel saveProduct(ProductModel model) {
    return database.write(
        sql -> {
          ProductModel numbered = catalogue.numbered(model);
          long createdMicros = wall.micros();
          insert(sql, numbered, createdMicros);
          events.append(sql, CatalogueFacts.productSaved(numbered, createdMicros));
          return numbered;
        },
        numbered -> catalogue = catalogue.with(numbered));
  }

  static void insert(SqlConnection sql, ProductModel numbered, long createdMicros) {
    sql.update(
        "insert into product_version values (?, ?, ?, ?)",
        numbered.id(),
        numbered.version(),
        Json.ofModel(numbered),
        createdMicros);
    sql.update(
        "insert into product values (?, ?)"
            + " on conflict (id) do update set version = excluded.version",
        numbered.id(),
        numbered.version());
  }

  void declareTags(TagVocabulary vocabulary) {
    TagVocabulary.requireStorable(vocabulary);
    database.write(
        sql -> {
          if (!vocabulary.equals(catalogue.tags())) {
            saveTags(sql, vocabulary);
            events.append(sql, CatalogueFacts.tagsDeclared(vocabulary));
          }
          return vocabulary;
        },
        declared -> catalogue = catalogue.with(declared));
  }

  static void saveTags(SqlConnection sql, TagVocabulary vocabulary) {
    sql.update(
        "insert into tag_vocabulary (id, body) values (1, ?)"
            + " on conflict (id) do update set body = excluded.body",
        vocabulary.text());
  }

  void deleteProduct(String product) {
    database.write(
        sql -> {
          DeviceRules.requireUnused(new SqlLookup(sql, catalogue, GroupTree.EMPTY), product);
          delete(sql, product);
          return events.append(sql, CatalogueFacts.productDeleted(product));
        },
        deleted -> catalogue = catalogue.withoutProduct(product));
  }

  static void delete(SqlConnection sql, String product) {
    sql.update("delete from product where id = ?", product);
  }

  /**
   * What it was before.
   *
   * @param hash empty: the one it has stays
   */
  Optional<Application> saveApplication(Application application, Optional<String> hash) {
    String name = application.name();
    return database.write(
        sql -> {
          DeviceRules.requireNoDevice(new SqlLookup(sql, catalogue, GroupTree.EMPTY), name);
          save(sql, application, hash);
          events.append(sql, CatalogueFacts.applicationSaved(application, hash));
          return Optional.ofNullable(catalogue.applications().get(name));
        },
        before -> catalogue = catalogue.with(application));
  }

  static void save(SqlConnection sql, Application application, Optional<String> hash) {
    sql.update(
        "insert into application values (?, ?, ?) on conflict (name) do update set"
            + " grants = excluded.grants, hash = coalesce(excluded.hash, application.hash)",
        application.name(),
        Json.ofGrants(application.grants()),
        hash.orElse(null));
  }

  void deleteApplication(String name) {
    database.write(
        sql -> {
          Rules.requireApplicationExists(catalogue, name);
          forget(sql, name);
          return events.append(sql, CatalogueFacts.applicationDeleted(name));
        },
        deleted -> catalogue = catalogue.withoutApplication(name));
  }

  static void forget(SqlConnection sql, String application) {
    sql.update("delete from application where name = ?", application);
  }
}
