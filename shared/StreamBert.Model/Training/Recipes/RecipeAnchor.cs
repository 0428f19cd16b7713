using StreamBert.Model.Datasets;
using StreamBert.Model.Packages;

namespace StreamBert.Model.Training.Recipes;

/// <summary>Gives a package that was trained by a recipe the anchor that its training would have written.</summary>
public static class RecipeAnchor
{
    /// <summary>Draws the anchor from the data of the recipe, split as in training, and writes it into the package.</summary>
    /// <param name="recipe">The recipe that the package was trained by.</param>
    /// <param name="reader">Reads its files.</param>
    /// <param name="directory">The directory of the package.</param>
    /// <returns>The texts of the anchor.</returns>
    /// <exception cref="ModelPackageException">
    /// The package is invalid or was trained by another recipe, or a source is not as the recipe states.
    /// </exception>
    public static IReadOnlyList<AnchorText> Write(Recipe recipe, RecipeReader reader, string directory)
    {
        var package = ModelPackage.Load(directory);
        using var network = package.Network;
        if (package.Manifest.Version != recipe.Version)
        {
            throw new ModelPackageException(
                $"{directory} is version {package.Manifest.Version}, but the recipe trains {recipe.Version}; "
                + "give the recipe of the package.");
        }
        var heads = recipe.Heads.Select(static head => head.CreateManifest()).ToList();
        var texts = RecipeData.Load(recipe, heads, reader, package.Tokenizer).DrawAnchor();
        ModelPackage.WriteAnchor(directory, texts);
        return texts;
    }
}
