using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Embeddings;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;

namespace StreamBert.Cli.Models;

/// <summary>
/// Checks a package: loads it, classifies probe texts, or embeds them if it has no head, and verifies its checksums.
/// </summary>
internal static class PackageCheck
{
    private const int MaxExcerpt = 30;

    /// <summary>Texts of every kind in a stream: ordinary, empty, in other scripts, longer than the input of any model.</summary>
    private static readonly string[] Probes =
    [
        "The shares rose after the company raised its outlook.", "", "Öl fällt 5 % 📉 油价下跌", new('x', 300),
        string.Join(' ', Enumerable.Repeat("a long text", 400)),
    ];

    /// <param name="requireHead">Whether a package without a head, which cannot serve, is refused.</param>
    /// <returns>The description of the package, with the checksum of its weights.</returns>
    /// <exception cref="ModelPackageException">
    /// The package is invalid, cannot classify, or its weights differ from its checksums.
    /// </exception>
    public static PackageInfo Run(string directory, bool requireHead = false)
    {
        var isEncoder = !requireHead && Directory.Exists(directory) && ModelPackage.ReadManifest(directory).Heads.Count == 0;
        if (isEncoder)
            Embed(directory);
        else
            Classify(directory);
        ModelPackage.Verify(directory);
        return PackageInfo.Read(directory) with { Sha256 = ModelPackage.HashWeights(directory) };
    }

    private static void Classify(string directory)
    {
        using var model = TextClassifier.Load(directory);
        foreach (var text in Probes)
        {
            RequireFinite(text, directory, "the logits", "classify",
                () => model.Classify([model.Encode(text)])[0].Logits.Values.SelectMany(static head => head));
        }
    }

    private static void Embed(string directory)
    {
        using var model = TextEmbedder.Load(directory);
        foreach (var text in Probes)
            RequireFinite(text, directory, "the values of the embedding", "embed", () => model.Embed([model.Encode(text)])[0]);
    }

    private static void RequireFinite(string text, string directory, string result, string action, Func<IEnumerable<float>> compute)
    {
        var excerpt = text.Length > MaxExcerpt ? text[..MaxExcerpt] + "…" : text;
        try
        {
            if (!compute().All(float.IsFinite))
            {
                throw new ModelPackageException(
                    $"{directory}: {result} of '{excerpt}' are not finite: the weights are damaged or overflow.");
            }
        }
        catch (Exception e) when (e is not ModelPackageException) // an unknown model can make the network throw any exception
        {
            throw new ModelPackageException($"{directory}: the model loads but cannot {action} '{excerpt}': {e.Message.Split('\n')[0]}", e);
        }
    }
}
