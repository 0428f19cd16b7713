using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.ModelCards;
using StreamBert.Cli.ModelCards.Pages;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Defines <c>models card</c>, which writes the model card of a package.</summary>
internal static class ModelsCardCommand
{
    private static readonly Option<string> Model = ModelOption.Create();

    private static readonly Option<string?> OutputFile = new("--out", "-o")
    {
        Description = "HTML file to write instead of card.html and card.json in the directory of the model.",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the card as JSON instead of writing it." };

    private static readonly Option<string?> License = new("--license")
    {
        Description = "Licence of the weights, such as Apache-2.0. Default: that of the package, or of the model it was trained from.",
    };

    public static Command Create()
    {
        var command = new Command(
            "card", "Write the model card of a package: what it is, what it was trained on, its evaluations, and limits of use. 'evaluate "
                + "--save' adds evaluations to it.")
        {
            Model, OutputFile, Json, License,
        };
        command.SetAction(Run);
        return command;
    }

    private static void Run(ParseResult parsed)
    {
        var directory = ModelOption.ReadDirectory(parsed, Model);
        var card = ModelCardStore.Create(directory);
        if (parsed.GetValue(License) is { } license)
            card = ModelCardStore.Complete(card with { License = license });
        if (parsed.GetValue(Json))
            Terminal.Out.WriteLine(ModelCardStore.ToJson(card));
        if (parsed.GetValue(OutputFile) is { } file)
            File.WriteAllText(file, ModelCardPage.Create(card));
        else if (!parsed.GetValue(Json))
            ModelCardStore.Write(directory, card);
        if (!parsed.GetValue(Json))
            Terminal.Out.WriteLine($"Wrote {parsed.GetValue(OutputFile) ?? Path.Combine(directory, ModelCardStore.HtmlFile)}");
    }
}
