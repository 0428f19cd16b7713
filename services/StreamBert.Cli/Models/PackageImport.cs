using System.Text.RegularExpressions;
using StreamBert.Cli.Errors;
using StreamBert.Cli.ModelCards;
using StreamBert.Cli.Output;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Training.Registry;

namespace StreamBert.Cli.Models;

/// <summary>Copies a checked package into the registry.</summary>
internal sealed partial class PackageImport(ModelDirectory registry)
{
    private const int ChecksumDigits = 8, MaxShownLabels = 5;

    /// <summary>The file with the texts to measure the reference profile on; null keeps that of the package.</summary>
    public string? ProfileTexts { get; init; }

    /// <summary>The languages that the model is trained on; empty keeps those of the package.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <param name="model">The name by which pipelines refer to the model; null: the name of the directory.</param>
    /// <param name="version">The version; null: the name of the model with the beginning of the package's fingerprint.</param>
    /// <param name="head">The new name of the only head of a plain checkpoint; null: the name in the package.</param>
    /// <exception cref="ModelPackageException">The package cannot serve.</exception>
    /// <exception cref="CliException">A name is invalid, or another package has the version.</exception>
    public ImportedModel Run(string source, string? model, string? version, string? head)
    {
        model = RequireName(model ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source))), "--name");
        if (head is not null)
            RequireName(head, "--head");
        PackageCheck.Run(source, requireHead: true);
        var fingerprint = ModelPackage.ComputeFingerprint(source, head);
        version = RequireName(version ?? $"{model}-{fingerprint[..ChecksumDigits]}", "--version");
        var directory = registry.Resolve(ModelDirectory.NameOf(model, version));
        return Directory.Exists(directory)
            ? new(model, version, directory, RequireSamePackage(directory, fingerprint, Languages), IsNew: false)
            : new(model, version, directory, Copy(source, model, version, head, fingerprint), IsNew: true);
    }

    private PackageInfo Copy(string source, string model, string version, string? head, string fingerprint)
    {
        var copy = registry.Begin(model, version);
        ModelPackage.Copy(source, copy, version, head);
        if (ModelPackage.ComputeFingerprint(copy) != fingerprint)
        {
            registry.Remove(model, version);
            throw new ModelPackageException($"{source}: its files changed while they were copied; try again when no process writes to it.");
        }
        if (Languages.Count > 0)
            ModelPackage.WriteLanguages(copy, Languages);
        if (ProfileTexts is not null)
            ProfileFile.Measure(copy, new(ProfileTexts));
        ModelCardStore.Copy(source, copy);
        return PackageInfo.Read(registry.Complete(model, version));
    }

    private static PackageInfo RequireSamePackage(string directory, string fingerprint, IReadOnlyList<string> languages)
    {
        var existing = PackageInfo.Read(directory);
        var isSame = ModelPackage.ComputeFingerprint(directory) == fingerprint
            || ModelPackage.ComputeFingerprint(directory, withDistribution: false) == fingerprint; // measured when it was imported
        if (isSame && languages.Count > 0 && !languages.SequenceEqual(existing.Languages))
        {
            throw new CliException(
                $"{directory} states other languages ({Format.Languages(existing.Languages)}); versions never change, so "
                + "give another --version.");
        }
        return isSame ? existing : throw new CliException(
            $"{directory} contains another package ({Describe(existing)}); versions never change, so give another --version.");
    }

    private static string Describe(PackageInfo existing)
    {
        var heads = existing.Heads.Select(static head => $"{head.Name} with {string.Join("/", head.Labels.Take(MaxShownLabels))}");
        return $"heads {string.Join(", ", heads)}; SHA-256 of its weights {existing.Sha256}; "
            + "labels, temperatures, configuration and tokenizer are compared too";
    }

    private static string RequireName(string name, string option) => NamePattern().IsMatch(name)
        ? name
        : throw new CliException($"'{name}' is not a valid name ({option}); give letters, digits, '.', '_' and '-', beginning with a "
            + "letter or digit.");

    // Names become parts of paths, topics and metrics.
    [GeneratedRegex(@"^[A-Za-z0-9](?!.*\.partial$)[A-Za-z0-9._-]{0,99}$")]
    private static partial Regex NamePattern();
}
