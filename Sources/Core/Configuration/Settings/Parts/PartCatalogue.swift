/// The named parts of recipes, kind by kind.
package enum PartCatalogue {}
