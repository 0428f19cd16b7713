using System.Text.RegularExpressions;
using StreamBert.Cli.CommandLine;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Training.Registry;

namespace StreamBert.Cli.Models;

/// <summary>A version that the registry holds now.</summary>
/// <param name="Directory">Where its package lies.</param>
/// <param name="IsNew">False: the same was there already.</param>
internal sealed record ImportedModel(string Model, string Version, string Directory, PackageInfo Info, bool IsNew);

/// <summary>Takes a checked package into the registry.</summary>
internal sealed partial class PackageImport(ModelDirectory registry)
{
    private const int ChecksumDigits = 8;

    /// <param name="model">What pipelines call the model; null: the directory's name.</param>
    /// <param name="version">Null: the model's name with the beginning of the package's fingerprint.</param>
    /// <param name="head">What the one head of a plain checkpoint is called from now on; null: as the package has it.</param>
    /// <exception cref="ModelPackageException">It is no package that can serve.</exception>
    /// <exception cref="CliException">A name cannot be used, or the version is another package's.</exception>
    public ImportedModel Run(string source, string? model, string? version, string? head)
    {
        model = Name(model ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source))), "--name");
        if (head is not null)
            Name(head, "--head");
        PackageCheck.Run(source);
        var fingerprint = ModelPackage.Fingerprint(source, head);
        version = Name(version ?? $"{model}-{fingerprint[..ChecksumDigits]}", "--version");
        var directory = registry.Resolve(ModelDirectory.NameOf(model, version));
        return Directory.Exists(directory)
            ? new(model, version, directory, Same(directory, fingerprint), IsNew: false)
            : new(model, version, directory, Copy(source, model, version, head, fingerprint), IsNew: true);
    }

    private PackageInfo Copy(string source, string model, string version, string? head, string fingerprint)
    {
        var copy = registry.Begin(model, version);
        ModelPackage.Copy(source, copy, version, head);
        if (ModelPackage.Fingerprint(copy) != fingerprint)
        {
            registry.Remove(model, version);
            throw new ModelPackageException($"{source}: its files changed while they were copied; try again when nothing writes there.");
        }
        return PackageInfo.Read(registry.Complete(model, version));
    }

    private static PackageInfo Same(string directory, string fingerprint) => ModelPackage.Fingerprint(directory) == fingerprint
        ? PackageInfo.Read(directory)
        : throw new CliException(
            $"{directory} holds another package ({Differences(PackageInfo.Read(directory))}); versions never change, so give another --version.");

    private static string Differences(PackageInfo there) =>
        $"heads {string.Join(", ", there.Heads.Select(static head => $"{head.Name} with {string.Join("/", head.Labels.Take(5))}"))}; SHA-256 of its weights {there.Sha256}; labels, temperatures, configuration and tokenizer count too";

    private static string Name(string name, string option) => NamePattern().IsMatch(name)
        ? name
        : throw new CliException(
            $"'{name}' cannot be a name here ({option}); give letters, digits, '.', '_' and '-', beginning with a letter or digit.");

    // A part of a path, and of topics and metrics.
    [GeneratedRegex(@"^[A-Za-z0-9](?!.*\.partial$)[A-Za-z0-9._-]{0,99}$")]
    private static partial Regex NamePattern();
}
