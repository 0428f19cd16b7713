using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Packages;
using StreamBert.Model.Profiles;

namespace StreamBert.Cli.Models;

/// <summary>Measures the reference profile of a package on the texts of a file, and stores it in the package.</summary>
internal static class ProfileFile
{
    /// <param name="package">The directory of the package.</param>
    /// <param name="source">The texts.</param>
    /// <exception cref="CliException">The file cannot be read, or contains no text, or the model lacks a head.</exception>
    /// <exception cref="ModelPackageException">The package is damaged or cannot classify.</exception>
    public static ReferenceProfile Measure(string package, ProfileTexts source)
    {
        var file = RowFile.Open(source.Path, allowPlainText: true, source.Dialect);
        var column = file.FindTextColumn(source.TextColumn);
        var texts = file.ReadRows().Select(row => row.GetRequired(column)).Where(static text => text.Fault is null)
            .Select(static text => text.Value!).ToList();
        ReferenceProfile profile;
        using (var model = TextClassifier.Load(package))
        {
            RequireHeads(source.Heads, model);
            profile = ProfileBuilder.Measure(model, texts, Path.GetFileName(source.Path));
            TypicalTexts.WriteDistribution(package, model, texts, source.Heads);
        }
        if (profile.Texts == 0)
            throw new CliException($"'{source.Path}' contains no texts.");
        if (source.Heads.Count > 0)
            profile = profile with { Heads = profile.Heads.Where(head => source.Heads.Contains(head.Key)).ToDictionary() };
        ModelPackage.WriteProfile(package, profile);
        return profile;
    }

    private static void RequireHeads(IReadOnlyList<string> heads, TextClassifier model)
    {
        if (heads.Except(model.Heads.Select(static head => head.Name)).FirstOrDefault() is { } missing)
            throw new CliException($"The model {model.Version} has no head '{missing}' (--head).");
    }
}

/// <summary>A file with texts that are typical of what a model was trained for.</summary>
/// <param name="Path">The file.</param>
internal sealed record ProfileTexts(string Path)
{
    /// <summary>The column of the text; null: it is detected.</summary>
    public string? TextColumn { get; init; }

    /// <summary>The encoding and the separator of the file; null: they are detected.</summary>
    public FileDialect? Dialect { get; init; }

    /// <summary>The heads that the texts are typical of; empty for all.</summary>
    public IReadOnlyList<string> Heads { get; init; } = [];
}
