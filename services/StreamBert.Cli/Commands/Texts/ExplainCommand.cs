using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Model.Classification;

namespace StreamBert.Cli.Commands.Texts;

/// <summary>Defines <c>explain</c>, which shows the words of a text that support or oppose a label.</summary>
internal static class ExplainCommand
{
    private static readonly Option<string> Model = ModelOption.Create();
    private static readonly ComputeOptionGroup Compute = new();
    private static readonly Option<string> Head = new("--head") { Description = "Head to explain, such as sentiment.", Required = true };
    private static readonly Option<string?> Label = new("--label") { Description = "Label to explain. Default: the predicted label." };

    private static readonly Option<int> Steps = new("--steps")
    {
        Description = $"Minimum number of integration steps, 1 to {TextClassifier.MaxExplanationSteps}; "
            + "the number is increased until the attributions add up.",
        DefaultValueFactory = static _ => TextClassifier.DefaultExplanationSteps,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the explanation as one JSON line." };
    private static readonly Argument<string> Text = new("text") { Description = "The text to explain." };

    public static Command Create()
    {
        var command = new Command("explain", "Show which words of a text support a label and which oppose it (integrated gradients).")
        {
            Model, Head, Label, Steps, Json, Text,
        };
        Compute.AddTo(command);
        command.SetAction(static (parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), cancellation));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var (text, steps) = (parsed.GetValue(Text)!, parsed.GetValue(Steps));
        if (steps is < 1 or > TextClassifier.MaxExplanationSteps)
            throw new CliException($"--steps {steps} is out of range; give 1 to {TextClassifier.MaxExplanationSteps}.");
        using var model = TextClassifier.Load(ModelOption.ReadDirectory(parsed, Model), Compute.Read(parsed));
        var explanation = model.Explain(text, parsed.GetValue(Head)!, parsed.GetValue(Label), steps, cancellation);
        if (parsed.GetValue(Json))
            Terminal.Out.WriteLine(Wire.ToJson(explanation));
        else
            ExplanationView.Write(text, explanation);
        return 0;
    }
}
