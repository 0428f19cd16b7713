using System.CommandLine;
using System.Globalization;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Files;
using StreamBert.Cli.Models;
using StreamBert.Cli.Output;
using StreamBert.Contracts;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Defines <c>models profile</c>, which measures the reference profile of a package.</summary>
internal static class ModelsProfileCommand
{
    private static readonly Option<string> Model = ModelOption.Create();

    private static readonly Option<string> Input = new("--input", "-i")
    {
        Description = "File with typical texts that the model was not trained on: plain text, CSV, TSV or JSON (also .gz).",
        Required = true,
    };

    private static readonly Option<string?> TextColumn = new("--text")
    {
        Description = "Column of the text. Default: detected by its name.",
    };
    private static readonly Option<string[]> Head = new("--head")
    {
        Description = "Head that these texts are typical of; repeat it for several. Default: all heads.",
    };

    private static readonly FileDialectOptionGroup Dialect = new();

    private static readonly Option<bool> Json = JsonOption.Create();

    public static Command Create()
    {
        var command = new Command(
            "profile", "Measure the reference profile of a package on typical texts, and store it in the package (profile.json). Do this "
                + "before importing it: an imported version never changes.")
        {
            Model, Input, TextColumn, Head, Json,
        };
        Dialect.AddTo(command);
        command.SetAction(static parsed =>
        {
            var profile = ProfileFile.Measure(ModelOption.ReadDirectory(parsed, Model), new(parsed.GetValue(Input)!)
            {
                TextColumn = parsed.GetValue(TextColumn),
                Dialect = Dialect.Read(parsed),
                Heads = parsed.GetValue(Head) ?? [],
            });
            var measured = new
            {
                profile.Texts,
                profile.MeasuredOn,
                profile.Tokens,
                profile.UnknownTokens,
                embeddings = profile.Embeddings.Count,
                profile.Heads,
            };
            parsed.Write(Json, measured, _ => Print(profile));
        });
        return command;
    }

    private static void Print(ReferenceProfile profile)
    {
        Terminal.Out.WriteLine($"Measured on {Format.Count(profile.Texts)} texts of {profile.MeasuredOn}: "
            + $"{Share(profile.UnknownTokens, profile.Tokens)} unknown tokens, {profile.Embeddings.Count} embeddings");
        foreach (var (head, reference) in profile.Heads)
            Terminal.Out.WriteLine($"  {head}: {Mix(reference)}");
    }

    private static string Mix(HeadReference reference)
    {
        var total = reference.Labels.Values.Sum();
        return string.Join(", ", reference.Labels.OrderByDescending(static label => label.Value)
            .Select(label => $"{label.Key} {Share(label.Value, total)}"));
    }

    private static string Share(long part, long total) =>
        string.Create(CultureInfo.InvariantCulture, $"{(total > 0 ? 100.0 * part / total : 0):0.#} %");
}
