using System.CommandLine;
using System.CommandLine.Parsing;
using StreamBert.Cli.Errors;
using StreamBert.Model;
using StreamBert.Model.Training.Adapters;
using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Groups the options of the optimizer, the loss and the device. Each task has its own defaults.</summary>
internal sealed class HyperparameterOptionGroup
{
    private const string Balanced = "balanced", Equal = "equal";

    private readonly MethodOptionGroup _method = new();

    private readonly Option<int?> _epochs = new("--epochs") { Description = "Number of epochs. Default: 6; for ner: 5." };

    private readonly Option<int> _earlyStopping = new("--early-stopping")
    {
        Description = "Stop after so many epochs without a better macro F1 on the validation texts.",
        DefaultValueFactory = static _ => new FineTuneOptions().EarlyStoppingEpochs,
    };

    private readonly Option<double?> _learningRate = new("--learning-rate")
    {
        Description = "Peak learning rate. Default: 3e-4 (for ner: 5e-4), ten times that for the other methods than full. Give "
            + "about a sixth for an encoder with a hidden size of 768 or more.",
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
        Description = "Precision of the layers: float32, or bfloat16 with float32 weights, which is faster on some processors: try it.",
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

    /// <summary>The options with single values that the model depends on.</summary>
    public IReadOnlyList<Option> Searchable => [.. _method.Searchable, .. Own];

    private Option[] Own =>
    [
        _epochs, _earlyStopping, _learningRate, _warmUp, _layerDecay, _weightDecay, _maxGradientNorm, _dropout, _labelSmoothing,
        _classWeights, _average, _batchTokens, _accumulate, _dtype, _seed, _freezeEncoder,
    ];

    public void AddTo(Command command)
    {
        _method.AddTo(command);
        _classWeights.AcceptOnlyFromAmong(Equal, Balanced);
        _dtype.AcceptOnlyFromAmong(ComputeOptions.Float32, ComputeOptions.BFloat16);
        foreach (var option in (Option[])[.. Own, _device, _threads])
            command.Add(option);
    }

    /// <param name="defaults">The defaults of the task.</param>
    /// <exception cref="CliException">A number is out of range, or two options contradict each other.</exception>
    /// <exception cref="ModelPackageException">The device does not exist.</exception>
    public FineTuneOptions Read(ParseResult parsed, FineTuneOptions defaults)
    {
        var adapter = _method.Read(parsed);
        var defaultRate = defaults.LearningRate * AdapterMethod.GetLearningRateFactor(adapter.Method);
        return RequireConsistent(Read(parsed, defaults with { Adapter = adapter }, defaultRate));
    }

    private FineTuneOptions Read(ParseResult parsed, FineTuneOptions defaults, double defaultRate) => defaults with
    {
        Epochs = OptionRange.RequirePositive(_epochs, parsed.GetValue(_epochs) ?? defaults.Epochs),
        EarlyStoppingEpochs = OptionRange.RequirePositive(_earlyStopping, parsed.GetValue(_earlyStopping)),
        LearningRate = OptionRange.Require(_learningRate, parsed.GetValue(_learningRate) ?? defaultRate, double.Epsilon, 1),
        WarmUp = OptionRange.Require(_warmUp, parsed.GetValue(_warmUp), 0, 1),
        LayerDecay = OptionRange.Require(_layerDecay, parsed.GetValue(_layerDecay), 0, 1),
        WeightDecay = OptionRange.Require(_weightDecay, parsed.GetValue(_weightDecay), 0, 1),
        MaxGradientNorm = OptionRange.Require(_maxGradientNorm, parsed.GetValue(_maxGradientNorm), double.Epsilon, double.MaxValue),
        Dropout = OptionRange.Require(_dropout, parsed.GetValue(_dropout), 0, 0.9),
        LabelSmoothing = OptionRange.Require(_labelSmoothing, parsed.GetValue(_labelSmoothing), 0, 0.9),
        BalanceClasses = parsed.GetValue(_classWeights) == Balanced,
        AverageDecay = OptionRange.Require(_average, parsed.GetValue(_average), 0, 0.9999),
        BatchTokens = OptionRange.RequirePositive(_batchTokens, parsed.GetValue(_batchTokens)),
        AccumulationSteps = OptionRange.RequirePositive(_accumulate, parsed.GetValue(_accumulate)),
        MixedPrecision = parsed.GetValue(_dtype) == ComputeOptions.BFloat16,
        Device = new ComputeOptions(parsed.GetValue(_device)!).Validate().Device,
        Threads = OptionRange.RequirePositive(_threads, parsed.GetValue(_threads)),
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
        if (_method.All.Concat(Own).FirstOrDefault(given.Contains) is { } other)
            throw new CliException($"{other.Name} does not apply to a recipe, which states it in fineTuning.");
        return options with
        {
            Threads = given.Contains(_threads) ? OptionRange.RequirePositive(_threads, parsed.GetValue(_threads)) : options.Threads,
            Device = new ComputeOptions(given.Contains(_device) ? parsed.GetValue(_device)! : options.Device).Validate().Device,
        };
    }

    private FineTuneOptions RequireConsistent(FineTuneOptions options)
    {
        var method = options.Adapter.Method;
        if (options.FreezeEncoder && method != AdapterMethod.Full)
            throw new CliException($"{_freezeEncoder.Name} trains only the heads; --method {method} trains adapters of the encoder.");
        if (options.AverageDecay > 0 && method == AdapterMethod.AdaLora)
            throw new CliException($"{_average.Name} cannot be used with --method {method}, whose ranks change during the run.");
        return options;
    }

    private static Option<double> CreateShare(string name, string description, double value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
