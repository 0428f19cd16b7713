using System.CommandLine;
using System.CommandLine.Parsing;
using StreamBert.Cli.Errors;
using StreamBert.Model;
using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Groups the options of the optimizer, the loss and the device. Each task has its own defaults.</summary>
internal sealed class HyperparameterOptionGroup
{
    private const string Balanced = "balanced", Equal = "equal";

    private readonly Option<int?> _epochs = new("--epochs") { Description = "Number of epochs. Default: 6; for ner: 5." };

    private readonly Option<int> _earlyStopping = new("--early-stopping")
    {
        Description = "Stop after so many epochs without a better macro F1 on the validation texts.",
        DefaultValueFactory = static _ => new FineTuneOptions().EarlyStoppingEpochs,
    };

    private readonly Option<double?> _learningRate = new("--learning-rate")
    {
        Description = "Peak learning rate. Default: 3e-4; for ner: 5e-4; about 5e-5 for an encoder with a hidden size of 768 or more.",
    };

    private readonly Option<double> _warmUp = CreateShare("--warm-up", "Share of the steps in which the learning rate rises.", 0.05);

    private readonly Option<double> _layerDecay = CreateShare(
        "--layer-decay", "Learning rate of a layer relative to that of the layer above it.", 1);

    private readonly Option<double> _weightDecay = CreateShare(
        "--weight-decay", "Weight decay; biases and layer norms have none.", 0.01);

    private readonly Option<double> _maxGradientNorm = CreateShare(
        "--max-gradient-norm", "Norm to which greater gradients are scaled.", 1);

    private readonly Option<double> _dropout = CreateShare("--dropout", "Dropout probability.", 0.1);

    private readonly Option<double> _labelSmoothing = CreateShare(
        "--label-smoothing", "Share of the target probability that is spread evenly over all labels.", 0);

    private readonly Option<double> _average = CreateShare(
        "--ema", "Decay of the moving average of the weights, such as 0.99, which then replaces them; 0 for none.", 0);

    private readonly Option<string> _classWeights = new("--class-weights")
    {
        Description = "equal: every text has the same weight; balanced: every class has, however rare it is.",
        DefaultValueFactory = static _ => Equal,
    };

    private readonly Option<int> _batchTokens = new("--batch-tokens")
    {
        Description = "Maximum number of tokens in a batch.",
        DefaultValueFactory = static _ => new FineTuneOptions().BatchTokens,
    };

    private readonly Option<int> _accumulate = new("--accumulate")
    {
        Description = "Number of batches whose gradients are added before the weights are updated.",
        DefaultValueFactory = static _ => 1,
    };

    private readonly Option<string> _dtype = new("--dtype")
    {
        Description = "Precision of the layers: float32, or bfloat16 with float32 weights, which is faster on processors that support it.",
        DefaultValueFactory = static _ => ComputeOptions.Float32,
    };

    private readonly Option<string> _device = new("--device")
    {
        Description = "Device: cpu, cuda or cuda:N.",
        DefaultValueFactory = static _ => ComputeOptions.Cpu,
    };

    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Number of processor threads.",
        DefaultValueFactory = static _ => Environment.ProcessorCount,
    };

    private readonly Option<int> _seed = new("--seed") { Description = "Random seed.", DefaultValueFactory = static _ => 1 };

    private readonly Option<bool> _freezeEncoder = new("--freeze-encoder")
    {
        Description = "Train only the heads, so that the other heads of the base model remain unchanged. Without it the encoder is trained "
            + "too, and the other heads are removed.",
    };

    private readonly IReadOnlyList<Option> _options;

    public HyperparameterOptionGroup() => _options =
    [
        _epochs, _earlyStopping, _learningRate, _warmUp, _layerDecay, _weightDecay, _maxGradientNorm, _dropout, _labelSmoothing,
        _classWeights, _average, _batchTokens, _accumulate, _dtype, _device, _threads, _seed, _freezeEncoder,
    ];

    public void AddTo(Command command)
    {
        _classWeights.AcceptOnlyFromAmong(Equal, Balanced);
        _dtype.AcceptOnlyFromAmong(ComputeOptions.Float32, ComputeOptions.BFloat16);
        foreach (var option in _options)
            command.Add(option);
    }

    /// <param name="defaults">The defaults of the task.</param>
    /// <exception cref="CliException">A number is out of range.</exception>
    /// <exception cref="ModelPackageException">The device does not exist.</exception>
    public FineTuneOptions Read(ParseResult parsed, FineTuneOptions defaults) => defaults with
    {
        Epochs = RequirePositive(_epochs, parsed.GetValue(_epochs) ?? defaults.Epochs),
        EarlyStoppingEpochs = RequirePositive(_earlyStopping, parsed.GetValue(_earlyStopping)),
        LearningRate = RequireBetween(_learningRate, parsed.GetValue(_learningRate) ?? defaults.LearningRate, double.Epsilon, 1),
        WarmUp = RequireBetween(_warmUp, parsed.GetValue(_warmUp), 0, 1),
        LayerDecay = RequireBetween(_layerDecay, parsed.GetValue(_layerDecay), 0, 1),
        WeightDecay = RequireBetween(_weightDecay, parsed.GetValue(_weightDecay), 0, 1),
        MaxGradientNorm = RequireBetween(_maxGradientNorm, parsed.GetValue(_maxGradientNorm), double.Epsilon, double.MaxValue),
        Dropout = RequireBetween(_dropout, parsed.GetValue(_dropout), 0, 0.9),
        LabelSmoothing = RequireBetween(_labelSmoothing, parsed.GetValue(_labelSmoothing), 0, 0.9),
        BalanceClasses = parsed.GetValue(_classWeights) == Balanced,
        AverageDecay = RequireBetween(_average, parsed.GetValue(_average), 0, 0.9999),
        BatchTokens = RequirePositive(_batchTokens, parsed.GetValue(_batchTokens)),
        AccumulationSteps = RequirePositive(_accumulate, parsed.GetValue(_accumulate)),
        MixedPrecision = parsed.GetValue(_dtype) == ComputeOptions.BFloat16,
        Device = new ComputeOptions(parsed.GetValue(_device)!).Validate().Device,
        Threads = RequirePositive(_threads, parsed.GetValue(_threads)),
        Seed = parsed.GetValue(_seed),
        FreezeEncoder = parsed.GetValue(_freezeEncoder),
    };

    /// <summary>Reads the options of the computation for a recipe, which states the others itself.</summary>
    /// <exception cref="CliException">Another option is given, or a number is out of range.</exception>
    /// <exception cref="ModelPackageException">The device does not exist.</exception>
    public FineTuneOptions ReadComputation(ParseResult parsed, FineTuneOptions options)
    {
        var given = parsed.CommandResult.Children.OfType<OptionResult>().Where(static result => !result.Implicit)
            .Select(static result => result.Option).ToList();
        if (_options.Except([_threads, _device]).FirstOrDefault(given.Contains) is { } other)
            throw new CliException($"{other.Name} does not apply to a recipe, which states it in fineTuning.");
        return options with
        {
            Threads = given.Contains(_threads) ? RequirePositive(_threads, parsed.GetValue(_threads)) : options.Threads,
            Device = new ComputeOptions(given.Contains(_device) ? parsed.GetValue(_device)! : options.Device).Validate().Device,
        };
    }

    private static Option<double> CreateShare(string name, string description, double value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    private static int RequirePositive(Option option, int value) => value > 0
        ? value
        : throw new CliException($"{option.Name} {value} is out of range; give at least 1.");

    private static double RequireBetween(Option option, double value, double low, double high) => value >= low && value <= high
        ? value
        : throw new CliException(FormattableString.Invariant(
            $"{option.Name} {value} is out of range; give a number {(low > 0 ? "above 0" : "from 0")}{DescribeHigh(high)}."));

    private static string DescribeHigh(double high) => high == double.MaxValue ? "" : FormattableString.Invariant($" to {high}");
}
