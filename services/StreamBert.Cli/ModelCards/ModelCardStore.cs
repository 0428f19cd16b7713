using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Cli.ModelCards.Contents;
using StreamBert.Cli.ModelCards.Pages;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;

namespace StreamBert.Cli.ModelCards;

/// <summary>
/// Reads and writes the model card of a package: <c>card.json</c>, and <c>card.html</c>, which is made of it. A card is documentation: the
/// checksums of the package do not cover it, so that evaluations can be added to a version that serves.
/// </summary>
internal static class ModelCardStore
{
    public const string JsonFile = "card.json", HtmlFile = "card.html";

    private const long MaxBytes = 64 * 1024 * 1024;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Creates the card of a package from its files, with the training and the evaluations of its stored card.</summary>
    /// <exception cref="CliException">The stored card is damaged.</exception>
    /// <exception cref="Model.ModelPackageException">The directory is not a valid package.</exception>
    public static ModelCard Create(string directory)
    {
        var (manifest, info, profile) =
            (ModelPackage.ReadManifest(directory), PackageInfo.Read(directory), ModelPackage.ReadProfile(directory));
        var stored = Read(directory);
        var card = new ModelCard
        {
            Version = manifest.Version,
            Parent = manifest.Parent,
            Base = manifest.Base,
            License = manifest.License ?? stored?.License,
            Architecture = info.Architecture,
            Parameters = info.ParameterCount,
            SizeBytes = info.SizeBytes,
            Sha256 = info.Sha256 ?? ModelPackage.HashWeights(directory),
            MaxTokens = manifest.MaxTokens,
            Heads = manifest.Heads,
            Stages = manifest.Training,
            Training = stored?.Training,
            Profile = profile is null ? null : new(profile.MeasuredOn, profile.Texts),
        };
        return Complete(card with { Evaluations = [.. ListEvaluations(manifest, stored)] });
    }

    /// <summary>Returns the card with the limits that follow from it.</summary>
    public static ModelCard Complete(ModelCard card) => card with { Limits = [.. ModelLimits.Of(card)] };

    /// <summary>Updates the card of a package.</summary>
    public static void Update(string directory, Func<ModelCard, ModelCard> change) =>
        Write(directory, Complete(change(Create(directory))));

    public static void Write(string directory, ModelCard card)
    {
        Write(Path.Combine(directory, JsonFile), ToJson(card) + "\n");
        Write(Path.Combine(directory, HtmlFile), ModelCardPage.Create(card));
    }

    /// <summary>
    /// Copies the card of a package that is copied with another version, or another name for its only head. A file of that name that is no
    /// card of StreamBert, as other tools write it, is left out, with a warning.
    /// </summary>
    public static void Copy(string source, string target)
    {
        if (ReadOwn(source) is { } card)
            Write(Path.Combine(target, JsonFile), ToJson(Rename(card, ModelPackage.ReadManifest(target))));
        Update(target, static card => card);
    }

    public static string ToJson(ModelCard card) => JsonSerializer.Serialize(card, Options);

    private static ModelCard? ReadOwn(string directory)
    {
        try
        {
            return Read(directory);
        }
        catch (CliException e)
        {
            Terminal.Error.WriteLine($"streambert: warning: a new card is made: {e.InnerException?.Message} "
                + $"({Path.Combine(directory, JsonFile)}).");
            return null;
        }
    }

    private static ModelCard? Read(string directory)
    {
        var path = Path.Combine(directory, JsonFile);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<ModelCard>(RegularFile.Bytes(path, MaxBytes), Options) : null;
        }
        catch (JsonException e)
        {
            throw new CliException($"{path} is damaged: {e.Message} Delete it to make a new card, without the saved evaluations.", e);
        }
    }

    /// <summary>Returns the stored evaluations of heads that the package has, and its reports on other data.</summary>
    private static IEnumerable<EvaluationRecord> ListEvaluations(PackageManifest manifest, ModelCard? stored)
    {
        var heads = manifest.Heads.Select(static head => head.Name).ToHashSet(StringComparer.Ordinal);
        List<EvaluationRecord> kept = [.. (stored?.Evaluations ?? [])
            .Where(known => known.Details is not null && heads.Contains(known.Report.Head))];
        var others = manifest.Reports.Select(static report => new EvaluationRecord(report, null));
        return [.. others.Where(other => !kept.Exists(known => known.IsRepeatedBy(other))), .. kept];
    }

    private static ModelCard Rename(ModelCard card, PackageManifest manifest) => card.Heads is [var old] && manifest.Heads is [var only]
        ? card with
        {
            Evaluations = [.. card.Evaluations.Select(known => known.Report.Head == old.Name
                ? known with { Report = known.Report with { Head = only.Name } }
                : known)],
        }
        : card;

    private static void Write(string path, string content)
    {
        File.WriteAllText(path + ".tmp", content);
        File.Move(path + ".tmp", path, overwrite: true);
    }
}
