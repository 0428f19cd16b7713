using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Contracts;
using StreamBert.Model;

namespace StreamBert.Cli.Commands;

/// <summary><c>explain</c>: which words of a text speak for a label, and which against it.</summary>
internal static class ExplainCommand
{
    private static readonly Option<string> Model = new("--model", "-m")
    {
        Description = "Directory of the model package; default: the model that ships.",
        DefaultValueFactory = static _ => DefaultModel.Directory,
    };

    private static readonly ComputeInput Compute = new();
    private static readonly Option<string> Head = new("--head")
    {
        Description = "The head to explain, such as sentiment.",
        Required = true
    };
    private static readonly Option<string?> Label = new("--label")
    {
        Description = "The label to explain; default: the one the head predicts."
    };
    private static readonly Option<int> Steps = new("--steps")
    {
        Description
            = $"Gradients taken at least, 1 to {TextClassifier.MaxExplanationSteps}; more are taken while the attributions do not add up.",
        DefaultValueFactory = static _ => TextClassifier.ExplanationSteps,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the explanation as one JSON line." };
    private static readonly Argument<string> Text = new("text") { Description = "The text to explain." };

    public static Command Create()
    {
        var command = new Command("explain", "Show which words of a text speak for a label and which against it (integrated gradients).")
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
        {
            throw new CliException(
            $"--steps {steps} is out of range; it must be from 1 to {TextClassifier.MaxExplanationSteps}.");
        }

        using var model = TextClassifier.Load(DefaultModel.Checked(parsed.GetValue(Model)!), Compute.Read(parsed));
        var explanation = model.Explain(text, parsed.GetValue(Head)!, parsed.GetValue(Label), steps, cancellation);
        if (parsed.GetValue(Json)) Terminal.Out.WriteLine(Wire.ToJson(explanation));
        else ExplanationView.Write(text, explanation);
        return 0;
    }
}
