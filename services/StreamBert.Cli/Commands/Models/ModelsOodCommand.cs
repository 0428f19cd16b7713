using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.Models;
using StreamBert.Cli.Output;
using StreamBert.Model.Classification;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Defines <c>models ood</c>, which measures how well a head tells texts that are unlike its training texts from others.</summary>
internal static class ModelsOodCommand
{
    private static readonly double[] Thresholds = [0.9, 0.95, 0.99];
    private static readonly Option<string> Model = ModelOption.Create();
    private static readonly Option<string> Head = new("--head") { Description = "Head, such as intent.", Required = true };

    private static readonly Option<string> Inside = new("--inside")
    {
        Description = "File with texts of the kind that the head was trained for, which it was not trained on.",
        Required = true,
    };

    private static readonly Option<string> Outside = new("--outside")
    {
        Description = "File with texts of other kinds.",
        Required = true,
    };

    private static readonly Option<string?> TextColumn = new("--text")
    {
        Description = "Column of the text. Default: detected by its name.",
    };

    private static readonly FileDialectOptionGroup Dialect = new();

    private static readonly Option<bool> Json = JsonOption.Create();

    public static Command Create()
    {
        var command = new Command(
            "ood", "Measure how well the out-of-distribution score of a head tells texts of other kinds: area under the ROC curve.")
        {
            Model, Head, Inside, Outside, TextColumn, Json,
        };
        Dialect.AddTo(command);
        command.SetAction(static parsed =>
        {
            using var model = TextClassifier.Load(ModelOption.ReadDirectory(parsed, Model));
            var head = parsed.GetValue(Head)!;
            var separation = new OutlierSeparation(Score(parsed, Inside, model, head), Score(parsed, Outside, model, head));
            parsed.Write(Json, Summarize(separation), _ => Write(separation));
        });
        return command;
    }

    private static List<OutlierScore> Score(ParseResult parsed, Option<string> option, TextClassifier model, string head)
    {
        if (!model.Heads.Any(known => known.Name == head))
            throw new CliException($"The model {model.Version} has no head '{head}' (--head).");
        var file = RowFile.Open(parsed.GetValue(option)!, allowPlainText: true, Dialect.Read(parsed));
        return [.. OutlierScore.Compute(model, head, [.. file.ReadTexts(file.FindTextColumn(parsed.GetValue(TextColumn)))])];
    }

    private static object Summarize(OutlierSeparation separation) => new
    {
        inside = separation.Inside.Count,
        outside = separation.Outside.Count,
        separation.Area,
        separation.ConfidenceArea,
        thresholds = Thresholds.Select(score => new
        {
            score,
            inside = OutlierSeparation.ShareFrom(separation.Inside, score),
            outside = OutlierSeparation.ShareFrom(separation.Outside, score),
        }),
    };

    private static void Write(OutlierSeparation separation)
    {
        Terminal.Out.WriteLine(
            $"{Format.Count(separation.Inside.Count)} texts inside, {Format.Count(separation.Outside.Count)} outside. "
            + $"Area under the ROC curve: {Format.Number(separation.Area, "F3")} by the out-of-distribution score, "
            + $"{Format.Number(separation.ConfidenceArea, "F3")} by low confidence.");
        var table = Terminal.CreateTable("Texts at or above a score", "#score", "#inside", "#outside");
        foreach (var threshold in Thresholds)
        {
            table.AddCells(
                Format.Number(threshold, "F2"),
                Format.Number(OutlierSeparation.ShareFrom(separation.Inside, threshold), "P1"),
                Format.Number(OutlierSeparation.ShareFrom(separation.Outside, threshold), "P1"));
        }
        Terminal.Write(table);
    }
}
