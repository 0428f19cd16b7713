using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;

namespace StreamBert.Cli.Models;

/// <summary>Checks that a package can serve: loads it, classifies probe texts and verifies its checksums.</summary>
internal static class PackageCheck
{
    private const int MaxExcerpt = 30;

    /// <summary>Texts of every kind in a stream: ordinary, empty, in other scripts, longer than the input of any model.</summary>
    private static readonly string[] Probes =
    [
        "The shares rose after the company raised its outlook.", "", "Öl fällt 5 % 📉 油价下跌", new('x', 300),
        string.Join(' ', Enumerable.Repeat("a long text", 400)),
    ];

    /// <returns>The description of the package, with the checksum of its weights.</returns>
    /// <exception cref="ModelPackageException">
    /// The package is invalid, cannot classify, or its weights differ from its checksums.
    /// </exception>
    public static PackageInfo Run(string directory)
    {
        using (var model = TextClassifier.Load(directory))
        {
            foreach (var text in Probes)
                Classify(model, text, directory);
        }
        ModelPackage.Verify(directory);
        return PackageInfo.Read(directory) with { Sha256 = ModelPackage.HashWeights(directory) };
    }

    private static void Classify(TextClassifier model, string text, string directory)
    {
        var excerpt = text.Length > MaxExcerpt ? text[..MaxExcerpt] + "…" : text;
        try
        {
            if (model.Classify([model.Encode(text)])[0].Logits.Values.Any(static head => !head.All(float.IsFinite)))
            {
                throw new ModelPackageException(
                    $"{directory}: the logits of '{excerpt}' are not finite: the weights are damaged or overflow.");
            }
        }
        catch (Exception e) when (e is not ModelPackageException) // an unknown model can make the network throw any exception
        {
            throw new ModelPackageException($"{directory}: the model loads but cannot classify '{excerpt}': {e.Message.Split('\n')[0]}", e);
        }
    }
}
