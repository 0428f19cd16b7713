using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Commands.Texts;
using StreamBert.Cli.Commands.Training;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.Output;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using StreamBert.Model.Training.Recipes;

namespace StreamBert.Cli.Commands.Models;

/// <summary>
/// Defines <c>models anchor</c>, which gives a package the labelled texts that later versions rehearse and are compared on.
/// </summary>
internal static class ModelsAnchorCommand
{
    private static readonly Argument<string> Package = new("directory") { Description = "Directory of the model package." };

    private static readonly Option<string> Input = new("--input", "-i")
    {
        Description = "Labelled CSV, TSV or JSON file (also .gz); with --recipe the directory of its files.",
        Required = true,
    };

    private static readonly Option<string?> RecipeFile = new("--recipe", "-r")
    {
        Description = "Recipe that the package was trained by: the anchor is the one that its training would have written.",
    };

    private static readonly Option<string?> Head = new("--head") { Description = "Head that the labels belong to, such as sentiment." };
    private static readonly Option<string?> TextColumn = new("--text")
    {
        Description = "Column of the text. Default: detected by its name.",
    };

    private static readonly Option<string?> LabelColumn = new("--label")
    {
        Description = "Column of the label. Default: detected by its name.",
    };

    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "Names of the numeric labels 0, 1, 2 and so on, separated by commas. Default: the labels of the head in order.",
    };

    private static readonly Option<string> Part = new("--part")
    {
        Description = "evaluation: texts that the model was not trained on; training: texts that it was trained on.",
        DefaultValueFactory = static _ => AnchorText.EvaluationPart,
    };

    private static readonly FileDialectOptionGroup Dialect = new();

    private static readonly Option<bool> Json = JsonOption.Create();

    public static Command Create()
    {
        Part.AcceptOnlyFromAmong(AnchorText.EvaluationPart, AnchorText.TrainingPart);
        var command = new Command(
            "anchor", "Store labelled texts in a package (anchor.jsonl), on which versions that learn from feedback must not be worse. "
                + "They replace the part of the head. Do this before importing it: an imported version never changes.")
        {
            Package, Input, RecipeFile, Head, TextColumn, LabelColumn, Labels, Part, Json,
        };
        Dialect.AddTo(command);
        command.SetAction(static parsed =>
        {
            var directory = ModelOption.FindDirectory(parsed.GetValue(Package)!, "directory");
            var texts = parsed.GetValue(RecipeFile) is { } recipe
                ? DrawByRecipe(directory, recipe, parsed.GetValue(Input)!)
                : ReplacePart(directory, parsed);
            var version = ModelPackage.ReadManifest(directory).Version;
            var heads = texts.GroupBy(static text => text.Head).Select(static head => new AnchorSize(
                head.Key, head.Count(static text => text.Part == AnchorText.EvaluationPart),
                head.Count(static text => text.Part == AnchorText.TrainingPart)));
            parsed.Write(Json, new { version, texts = texts.Count, heads }, anchor => Report(version, texts.Count, anchor.heads));
        });
        return command;
    }

    private static IReadOnlyList<AnchorText> DrawByRecipe(string directory, string path, string data)
    {
        var recipe = Recipe.Read(path);
        var files = new RecipeFiles(recipe, data);
        files.Validate();
        return RecipeAnchor.Write(recipe, files.Reader, directory);
    }

    private static List<AnchorText> ReplacePart(string directory, ParseResult parsed)
    {
        var (head, part) = (FindHead(directory, parsed.GetValue(Head)), parsed.GetValue(Part)!);
        var file = RowFile.Open(parsed.GetValue(Input)!, allowPlainText: false, Dialect.Read(parsed));
        var rows = new LabelledFile(file, head).Read(
            new(parsed.GetValue(TextColumn), parsed.GetValue(LabelColumn), parsed.GetValue(Labels), []));
        List<AnchorText> texts =
        [
            .. ModelPackage.ReadAnchor(directory).Where(text => text.Head != head.Name || text.Part != part),
            .. rows.Select(row => new AnchorText(row.Text, head.Name, row.Labels[0], part)),
        ];
        ModelPackage.WriteAnchor(directory, texts);
        return texts;
    }

    private static HeadInfo FindHead(string directory, string? name)
    {
        var heads = ModelPackage.ReadManifest(directory).Heads.Where(static head => HeadTask.IsFineTunable(head.Task)).ToList();
        var names = string.Join(", ", heads.Select(static head => head.Name));
        var found = name is null && heads is [var only] ? only : heads.Find(head => head.Name == name);
        return found is not null ? new(found.Name, found.Labels, found.Task) : throw new CliException(name is null
            ? $"Give the head with {Head.Name}; the package has: {names}."
            : $"The package has no head '{name}' ({Head.Name}) that classifies texts into one label; it has: {names}.");
    }

    private static void Report(string version, int count, IEnumerable<AnchorSize> heads)
    {
        Terminal.Out.WriteLine($"The anchor of {version} has {Format.Count(count)} texts:");
        foreach (var head in heads)
        {
            Terminal.Out.WriteLine(
                $"  {head.Head}: {Format.Count(head.Evaluation)} to evaluate on, {Format.Count(head.Training)} to train on");
        }
    }

    /// <summary>The number of texts of a head by part.</summary>
    private sealed record AnchorSize(string Head, int Evaluation, int Training);
}
