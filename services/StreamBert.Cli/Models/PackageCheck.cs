using StreamBert.Model;
using StreamBert.Model.Packages;

namespace StreamBert.Cli.Models;

/// <summary>Whether a package can serve: it is loaded whole and asked.</summary>
internal static class PackageCheck
{
    /// <summary>Texts of every kind a stream holds: ordinary, empty, in other scripts, longer than any model reads.</summary>
    private static readonly string[] Probes = ["The shares rose after the company raised its outlook.", "", "Öl fällt 5 % 📉 油价下跌", new(
        'x',
        300), string.Join(' ', Enumerable.Repeat("a long text", 400))];

    /// <returns>What it is, with the checksum of its weights.</returns>
    /// <exception cref="ModelPackageException">It is invalid, cannot classify, or its weights are not those its description
    /// names.</exception>
    public static PackageInfo Run(string directory)
    {
        using (var model = TextClassifier.Load(directory))
        {
            foreach (var text in Probes)
                Probe(model, text, directory);
        }

        ModelPackage.Verify(directory);
        return PackageInfo.Read(directory) with { Sha256 = ModelPackage.Sha256(directory) };
    }

    private static void Probe(TextClassifier model, string text, string directory)
    {
        var shown = text.Length > 30 ? text[..30] + "…" : text;
        try
        {
            if (model.Classify([model.Encode(text)])[0].Logits.Values.Any(static head => !head.All(float.IsFinite)))
            {
                throw new ModelPackageException(
                    $"{directory}: the model answers '{shown}' with what is no number: its weights are damaged or overflow.");
            }
        }
        catch (Exception e) when (e is not ModelPackageException) // whatever a strange model makes the network throw
        {
            throw new ModelPackageException($"{directory}: the model loads but cannot classify '{shown}': {e.Message.Split('\n')[0]}", e);
        }
    }
}
