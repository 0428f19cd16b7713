using System.Text;
using System.Text.Json.Nodes;
using StreamBert.Model.Classification;
using StreamBert.Model.Packages;
using StreamBert.Tests.Model;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Cli.Commands.Training;

/// <summary>Trains a tiny model through the command line.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class TrainCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public TrainCommandTests() => TinyModel.Save(_folder["base"], "base-v1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_labelled_file_becomes_a_model_that_other_commands_take()
    {
        WriteMoods("moods.csv", 300);
        WriteMoods("test.tsv", 50, '\t');

        var train = await TrainAsync("--data", _folder["moods.csv"], "--head", "mood", "--test", _folder["test.tsv"], "--log-dir",
            _folder["runs"]);

        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Contains("mood on validation part of moods.csv", train.Out, StringComparison.Ordinal);
        var events = Encoding.Latin1.GetString(File.ReadAllBytes(Assert.Single(Directory.GetFiles(_folder["runs"]))));
        string[] tags = ["train/loss", "train/learning_rate", "validation/macro_f1"];
        Assert.All(tags, tag => Assert.Contains(tag, events, StringComparison.Ordinal));
        Assert.Contains("mood on test.tsv", train.Out, StringComparison.Ordinal);
        Assert.Contains("does not contain the base model's sentiment, topic", train.Error, StringComparison.Ordinal);
        Assert.Contains("epoch 1: training loss", train.Error, StringComparison.Ordinal);
        Assert.Equal(2, ModelPackage.ReadManifest(_folder["out"]).Reports.Count);
        using (var model = TextClassifier.Load(_folder["out"]))
            Assert.Equal("good", model.Classify([model.Encode("good oil today")])[0].Heads["mood"].Label);
        var evaluate = await CommandRun.RunAsync(
            "evaluate", "--model", _folder["out"], "--head", "mood", "--data", _folder["test.tsv"], "--json");
        Assert.Contains("\"accuracy\":1", evaluate.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_heads_have_files_and_columns_of_their_own()
    {
        WriteMoods("moods.csv", 100);
        File.WriteAllLines(_folder["topics.jsonl"], Enumerable.Range(0, 100).Select(static i =>
            $$"""{"body":"{{(i % 2 == 0 ? "oil" : "bank")}} prices n{{i}}","subject":"{{(i % 2 == 0 ? "oil" : "banks")}}","note":null}"""));

        var train = await TrainAsync(
            "--head", $"mood={_folder["moods.csv"]}", "--head", $"topic={_folder["topics.jsonl"]}:body:subject",
            "--validation", $"mood={_folder["moods.csv"]}", "--class-weights", "balanced", "--label-smoothing", "0.05", "--ema", "0.9",
            "--layer-decay", "0.9", "--accumulate", "2", "--dtype", "bfloat16");

        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Equal(
            [("mood", "moods.csv"), ("topic", "validation part of topics.jsonl")],
            ModelPackage.ReadManifest(_folder["out"]).Reports.Select(static report => (report.Head, report.Data)));
    }

    [Theory]
    [InlineData("lora --rank 4 --targets query,value --dtype bfloat16", 0.2)]
    [InlineData("adalora --rank 2 --initial-rank 4", 0.4)]
    [InlineData("adapter --adapter-size 4", 0.2)]
    public async Task A_method_trains_few_parameters_and_reports_them_as_JSON(string method, double share)
    {
        WriteMoods("moods.csv", 200);

        var train = await TrainAsync(["--data", _folder["moods.csv"], "--json", "--method", .. method.Split(' ')]);

        Assert.True(train.ExitCode == 0, train.Error);
        var usage = JsonNode.Parse(train.Out)!["usage"]!;
        Assert.Equal(method.Split(' ')[0], (string)usage["method"]!);
        Assert.InRange((double)usage["trainedParameters"]! / (double)usage["parameters"]!, 0.01, share);
        var energy = usage["energy"]!;
        Assert.Equal(475 * (double)energy["kilowattHours"]!, (double)energy["carbonGrams"]!, 1e-9);
        Assert.True((double)energy["kilowattHours"]! > 0 && ((string)energy["source"]!).Length > 0);
        Assert.True((double)usage["stepSeconds"]! > 0 && (long)usage["peakMemoryBytes"]! > 0);
        Assert.True(File.Exists(_folder["out/adapter_model.safetensors"]));
        var classify = await CommandRun.RunAsync("classify", "--model", _folder["out"], "good oil today");
        Assert.Equal(0, classify.ExitCode);
    }

    [Theory]
    [InlineData("en,de-AT", new[] { "en", "de-AT" })]
    [InlineData(null, new[] { "fr" })]
    public async Task A_package_states_the_languages_that_are_given_or_those_of_its_texts(string? given, string[] languages)
    {
        string[] endings = ["bonne", "mauvaise"];
        File.WriteAllLines(_folder["moods.csv"], Enumerable.Range(0, 100).Select(i =>
            $"Je ne sais pas si cette huile n{i} est {endings[i % 2]} pour vous,{endings[i % 2]}").Prepend("text,label"));

        var train = await TrainAsync(
            ["--data", _folder["moods.csv"], "--epochs", "1", .. given is null ? (string[])[] : ["--languages", given]]);

        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Equal(languages, ModelPackage.ReadManifest(_folder["out"]).Languages);
    }

    [Fact]
    public async Task A_language_that_is_no_code_is_refused()
    {
        WriteMoods("moods.csv", 20);

        var train = await TrainAsync("--data", _folder["moods.csv"], "--languages", "en,english");

        Assert.Equal((2, true), (train.ExitCode, train.Error.Contains("'english' (--languages) is no language", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Texts_that_are_trained_and_evaluated_on_are_reported_or_kept_out()
    {
        WriteMoods("moods.csv", 100);
        File.WriteAllText(_folder["test.csv"], "text,label\nThe GOOD oil n0 n2,good\nthe bad oil n0 n3,bad\nbad bank n9,bad\n");
        string[] arguments = ["--data", _folder["moods.csv"], "--test", _folder["test.csv"], "--epochs", "1"];

        var reported = await TrainAsync(arguments);
        Directory.Delete(_folder["out"], recursive: true);
        var excluded = await TrainAsync([.. arguments, "--exclude-twins"]);

        const string Found = "of the 100 training texts of 'label', 2 are read identically to a validation or test text, and 0 are near-";
        Assert.Contains($"warning: {Found}", reported.Error, StringComparison.Ordinal);
        Assert.Contains(Found, excluded.Error, StringComparison.Ordinal);
        var stage = ModelPackage.ReadManifest(_folder["out"]).Training[^1];
        Assert.Equal((88, 2, 0), (stage.Texts, stage.Twins, stage.NearDuplicates)); // 10 of 98 are validated on
    }

    [Fact]
    public async Task All_files_are_checked_before_anything_is_trained()
    {
        WriteMoods("moods.csv", 20);
        File.WriteAllText(_folder["empty.csv"], "text,label\ngood oil,good\n ,bad\nbad oil,\n");
        File.WriteAllText(_folder["unknown.csv"], "text,label\ngood oil,good\nbad oil,Bad\n");
        File.WriteAllText(_folder["columns.csv"], "words,class\ngood oil,good\n");

        var rows = await TrainAsync(
            "--head", $"a={_folder["moods.csv"]}", "--head", $"b={_folder["empty.csv"]}", "--validation", $"a={_folder["columns.csv"]}",
            "--test", $"a={_folder["none.csv"]}");
        var labels = await TrainAsync("--data", _folder["moods.csv"], "--validation", _folder["unknown.csv"]);
        var single = await TrainAsync("--data", _folder["columns.csv"], "--text", "words");

        Assert.All([rows, labels, single], static run => Assert.Equal((2, ""), (run.ExitCode, run.Out)));
        Assert.Contains("empty.csv' has 2 invalid rows: row 2 (line 3): 'text' is empty; row 3 (line 4): 'label' is empty", rows.Error,
            StringComparison.Ordinal);
        Assert.Contains("The text column of '" + _folder["columns.csv"], rows.Error, StringComparison.Ordinal);
        Assert.Contains("none.csv", rows.Error, StringComparison.Ordinal);
        Assert.Contains("unknown.csv', row 2: the training file has no label 'Bad'; its labels are: bad, good", labels.Error,
            StringComparison.Ordinal);
        Assert.Contains("column 'class', has only the label 'good'", single.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]) || Directory.Exists(_folder["out.training"]));
    }

    [Theory]
    [InlineData("--epochs 0", "--epochs 0 is out of range; give at least 1")]
    [InlineData("--learning-rate 2", "--learning-rate 2 is out of range; give a number above 0 to 1")]
    [InlineData("--label-smoothing -0.1", "--label-smoothing -0.1 is out of range")]
    [InlineData("--validation-share 0.9", "--validation-share 0.9 is out of range")]
    [InlineData("--base nowhere", "no shipped model of this name (--base)")]
    [InlineData("--head a --head b", "for several heads, give --head NAME=FILE")]
    [InlineData("--method lora --rank 0", "--rank 0 is out of range; give a number from 1 to 512")]
    [InlineData("--method lora --targets query,pooler", "there is no layer 'pooler'; there are query, key, value,")]
    [InlineData("--rank 4", "--rank has no effect with --method full; it is for lora and adalora")]
    [InlineData("--method adapter --initial-rank 4", "--initial-rank has no effect with --method adapter; it is for adalora")]
    [InlineData("--method lora --freeze-encoder", "--freeze-encoder trains only the heads")]
    [InlineData("--method adalora --ema 0.9", "--ema cannot be used with --method adalora")]
    [InlineData("--resume", "no interrupted run to resume")]
    [InlineData("--task ner --resume", "--resume has no effect with --task ner")]
    [InlineData("--task ner --search seed=1,2", "--search has no effect with --task ner; it is for --task texts")]
    [InlineData("--task recipe --core-watts 5", "--core-watts has no effect with --task recipe; it is for --task texts")]
    public async Task An_impossible_option_is_refused_with_what_to_give(string options, string message)
    {
        WriteMoods("moods.csv", 20);

        var run = await CommandRun.RunAsync(
            ["train", "--data", _folder["moods.csv"], "--out", _folder["out"], .. options.Split(' ')]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numeric_labels_are_sorted_as_numbers_or_named()
    {
        File.WriteAllLines(_folder["numbers.csv"], ["text,label", .. Enumerable.Range(0, 60).Select(static i => $"n{i} oil,{i % 3 * 5}")]);
        File.WriteAllLines(_folder["codes.csv"], ["text,label", .. Enumerable.Range(0, 60).Select(static i => $"n{i} oil,{i % 2}")]);

        await TrainAsync("--data", _folder["numbers.csv"], "--epochs", "1");
        Assert.Equal(["0", "5", "10"], ModelPackage.ReadManifest(_folder["out"]).Heads[0].Labels);
        Directory.Delete(_folder["out"], recursive: true);
        await TrainAsync("--data", _folder["codes.csv"], "--epochs", "1", "--labels", "calm,urgent");
        Assert.Equal(["calm", "urgent"], ModelPackage.ReadManifest(_folder["out"]).Heads[0].Labels);
    }

    private Task<CommandRun> TrainAsync(params string[] arguments) => CommandRun.RunAsync(
    [
        "train", "--out", _folder["out"], "--base", _folder["base"], "--learning-rate", "0.01", "--batch-tokens", "128", "--threads", "1",
        .. arguments.Contains("--epochs") ? [] : (string[])["--epochs", "3"], .. arguments,
    ]);

    private void WriteMoods(string name, int count, char separator = ',') => File.WriteAllLines(
        _folder[name],
        [
            $"text{separator}label",
            .. Enumerable.Range(0, count).Select(i =>
                $"the {(i % 2 == 0 ? "good" : "bad")} oil n{i / 100} n{i % 100}{separator}{(i % 2 == 0 ? "good" : "bad")}"),
        ]);
}
