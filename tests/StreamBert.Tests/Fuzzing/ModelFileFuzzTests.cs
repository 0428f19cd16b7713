using System.Buffers.Binary;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Model;
using StreamBert.Model.Checkpoints;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Manifests;
using StreamBert.Model.Onnx;
using StreamBert.Model.Packages;
using StreamBert.Model.SafeTensors;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Files;
using StreamBert.Model.Training.Recipes;
using StreamBert.Tests.Inference.Serving;

namespace StreamBert.Tests.Fuzzing;

/// <summary>Fuzzes model files: each is read, or refused with an error that names it.</summary>
public sealed class ModelFileFuzzTests
{
    private static readonly Type[] Refused = [typeof(ModelPackageException)];

    [Fact]
    public void Any_weights_file_is_read_or_refused()
    {
        using var files = new FileSet(CheckpointTensors.SingleFile);
        Fuzzer.Run("safetensors", input =>
        {
            File.WriteAllBytes(files[CheckpointTensors.SingleFile], input);
            using var file = SafeTensorsFile.Open(files[CheckpointTensors.SingleFile]);
            ReadAll(file.Names, name => file.Read(name));
        }, Refused);
    }

    [Fact]
    public void Any_ONNX_file_is_converted_or_refused() => Fuzzer.Run("onnx", static input =>
    {
        var graph = OnnxReader.Parse(input);
        var weights = new OnnxWeights(graph);
        foreach (var tensor in new OnnxWeightList(weights, new OnnxConfigReader(graph, weights).Read(stated: null)).Read())
            tensor.Write(Stream.Null);
    }, [typeof(InvalidDataException)], share: 0.5);

    [Fact]
    public void Any_safetensors_header_is_checked_against_the_file() => Fuzzer.Run("safetensors", static input =>
    {
        var header = input.Length < 8 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(input);
        if (header < 0 || header > input.Length - 8) throw new InvalidDataException("The file reader refuses it before.");
        SafeTensorsHeader.Parse(input.AsSpan(8, (int)header), input.Length - 8 - header);
    }, [typeof(InvalidDataException)]);

    [Fact]
    public void Any_index_of_shards_is_read_or_refused()
    {
        using var files = new FileSet(CheckpointTensors.IndexFile, "model-1.safetensors", "model-2.safetensors");
        Fuzzer.Run("shards", input =>
        {
            files.Write(input);
            using var weights = CheckpointTensors.Open(files.Directory);
            ReadAll(weights.Names, name => weights.Read(name));
            CheckpointTensors.ComputeSha256(files.Directory);
        }, Refused, share: 0.5);
    }

    [Fact]
    public void Any_package_manifest_is_loaded_or_refused()
    {
        using var files = new FileSet("config.json", "streambert.json", "tokenizer_config.json");
        TinyPackage.Write(files.Directory, "v1", "sentiment");
        File.Delete(files[PackageChecksums.FileName]); // it would detect every change; packages of others have none
        Fuzzer.Run("package", input =>
        {
            files.Write(input);
            EncoderConfigReader.Read(files["config.json"]);
            var manifest = ModelPackage.ReadManifest(files.Directory);
            if (!ModelPackage.IsPlainCheckpoint(files.Directory)) PackageJson.Write(files["again.json"], manifest);
            using var classifier = TextClassifier.Load(files.Directory);
            classifier.Classify([classifier.Encode("Oil falls")]);
        }, Refused, share: 0.1);
    }

    [Fact]
    public void Any_recipe_is_read_or_refused()
    {
        using var files = new FileSet("recipe.json");
        Fuzzer.Run("recipe", input =>
        {
            File.WriteAllBytes(files["recipe.json"], input);
            Recipe.Read(files["recipe.json"]);
        }, Refused, share: 0.5);
    }

    [Fact]
    public void Any_tokenizer_files_create_a_working_tokenizer_or_are_refused()
    {
        using var files = new FileSet(
            "vocab.txt",
            "vocab.json",
            "merges.txt",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json");
        Fuzzer.Run("tokenizer-files", input =>
        {
            files.Write(input);
            TokenizerChecks.Encode(
                TokenizerLoader.Load(files.Directory, collapseUrls: input.Length % 2 == 0),
                "Oil café 中文 @user <mask> C++ http://a.b/c [MASK]s");
        }, Refused, share: 0.5);
    }

    [Fact]
    public void Any_CoNLL_file_is_read_or_refused()
    {
        using var files = new FileSet("data.conll");
        Fuzzer.Run("conll", input =>
        {
            File.WriteAllBytes(files["data.conll"], input);
            ConllFile.Read("data.conll", SourceFile.Open(files["data.conll"]).ReadLines());
        }, [.. Refused, typeof(CliException)], share: 0.5, bytesPerByte: 1 << 14);
    }

    private static void ReadAll(IEnumerable<string> names, Func<string, TorchSharp.torch.Tensor> read)
    {
        foreach (var name in names) read(name).Dispose();
    }
}
