using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Contracts;
using StreamBert.Model;

namespace StreamBert.Cli.Commands;

/// <summary><c>explain</c>: which words of a text speak for a label, and which against it.</summary>
internal static class ExplainCommand
{
    private const int DefaultSteps = 50, MaxSteps = 400;

    private static readonly Option<string> Model = new("--model", "-m")
    {
        Description = "Directory of the model package; default: the model that ships.",
        DefaultValueFactory = static _ => DefaultModel.Directory,
    };

    private static readonly Option<string> Head = new("--head") { Description = "The head to explain, such as sentiment.", Required = true };
    private static readonly Option<string?> Label = new("--label") { Description = "The label to explain; default: the one the head predicts." };
    private static readonly Option<int> Steps = new("--steps")
    {
        Description = $"Gradients taken at least, 1 to {MaxSteps}; more are taken while the attributions do not add up.",
        DefaultValueFactory = static _ => DefaultSteps,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the explanation as one JSON line." };
    private static readonly Argument<string> Text = new("text") { Description = "The text to explain." };

    public static Command Create()
    {
        var command = new Command("explain", "Show which words of a text speak for a label and which against it (integrated gradients).")
        {
            Model, Head, Label, Steps, Json, Text,
        };
        command.SetAction(static (parsed, cancellation) => Task.FromResult(Run(parsed)));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var (text, steps) = (parsed.GetValue(Text)!, parsed.GetValue(Steps));
        if (steps is < 1 or > MaxSteps) throw new CliException($"--steps {steps} is out of range; it must be from 1 to {MaxSteps}.");
        using var model = TextClassifier.Load(DefaultModel.Checked(parsed.GetValue(Model)!));
        var explanation = model.Explain(text, parsed.GetValue(Head)!, parsed.GetValue(Label), steps);
        if (parsed.GetValue(Json)) Console.Out.WriteLine(Wire.ToJson(explanation));
        else ExplanationView.Write(Terminal.Out, text, explanation);
        return 0;
    }
}
