using System.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Models;
using StreamBert.Model.Manifests;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Groups the options of <c>models import</c> that describe an ONNX model.</summary>
internal static class OnnxOptionGroup
{
    private static readonly Option<string?> Onnx = new("--onnx")
    {
        Description = "Convert an ONNX export of a BERT encoder instead. Nothing in it is executed.",
    };

    private static readonly Option<string?> ModelConfig = new("--model-config")
    {
        Description = "onnx: the config.json of the model. Default: that beside the file, or what the graph shows.",
    };

    private static readonly Option<string?> Vocabulary = new("--vocab")
    {
        Description = "onnx: the vocabulary (vocab.txt) or the tokenizer (tokenizer.json). Default: the tokenizer files beside the file.",
    };

    private static readonly Option<string?> Pooling = new("--pooling")
    {
        Description = "onnx: how the model embeds a text: mean (of all tokens; the default) or cls-token. Its card says which.",
    };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "onnx: write the package to this directory, as a base for training, instead of the registry.",
    };

    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { Onnx, ModelConfig, Vocabulary, Pooling, Out })
            command.Add(option);
    }

    public static bool IsGiven(ParseResult parsed) => parsed.GetValue(Onnx) is not null;

    /// <summary>Returns the directory to write the package to; null: the registry.</summary>
    public static string? GetOutput(ParseResult parsed) => parsed.GetValue(Out);

    /// <exception cref="CliException">An option has no effect without <c>--onnx</c>, or its value is invalid.</exception>
    public static void Validate(ParseResult parsed)
    {
        var options = new[] { ModelConfig, Vocabulary, Pooling, Out };
        if (!IsGiven(parsed) && Array.Find(options, option => parsed.GetValue(option) is not null) is { } option)
            throw new CliException($"{option.Name} needs --onnx FILE; other models are imported as they are.");
        if (parsed.GetValue(Pooling) is { } pooling && !(new EmbeddingManifest { Pooling = pooling }).IsValid)
            throw new CliException($"--pooling {pooling} is unknown; give {EmbeddingManifest.Mean} or {EmbeddingManifest.ClsToken}.");
    }

    public static OnnxModel Read(ParseResult parsed) => new(parsed.GetValue(Onnx)!)
    {
        Config = parsed.GetValue(ModelConfig),
        Vocabulary = parsed.GetValue(Vocabulary),
        Pooling = parsed.GetValue(Pooling) ?? EmbeddingManifest.Mean,
    };
}
