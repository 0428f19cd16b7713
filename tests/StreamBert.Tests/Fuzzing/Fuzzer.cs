using System.Globalization;
using System.Text;
using CsCheck;

namespace StreamBert.Tests.Fuzzing;

/// <summary>
/// Gives a parser its corpus as it is and then mutations of it. Each input must end as a value or as one of the parser's own rejections,
/// within <see cref="InputTimeout"/> and within memory in proportion to its length. The inputs depend on the target's name, their number in
/// the run and <c>STREAMBERT_FUZZ_SEED</c> only; <c>STREAMBERT_FUZZ_INPUTS</c> says how many.
/// </summary>
internal sealed class Fuzzer
{
    /// <summary>The timeout of an input. It is long, because it detects hangs and not slow inputs.</summary>
    private static readonly TimeSpan InputTimeout = TimeSpan.FromSeconds(10);

    private const int DefaultInputs = 2_000, ReportedFaults = 10, ReductionAttempts = 2_000, StackBytes = 1 << 20;
    private const long SpareBytes = 16 << 20;

    private readonly string _target;
    private readonly Action<byte[]> _parse;
    private readonly Type[] _rejections;
    private readonly long _bytesPerByte;
    private readonly IReadOnlyList<(string Name, byte[] Content)> _corpus;
    private readonly Dictionary<string, string> _faults = [];
    private volatile byte[] _current = [];
    private long _inputStart, _accepted, _rejected;

    private Fuzzer(string target, Action<byte[]> parse, Type[] rejections, long bytesPerByte) =>
        (_target, _parse, _rejections, _bytesPerByte, _corpus) = (target, parse, rejections, bytesPerByte, Corpus.Of(target));

    public static int Inputs { get; } = ReadSetting("STREAMBERT_FUZZ_INPUTS", DefaultInputs);

    public static int Seed { get; } = ReadSetting("STREAMBERT_FUZZ_SEED", 1);

    /// <param name="parse">Parses an input as the product does; it may also check the result.</param>
    /// <param name="rejections">The exceptions with which the product refuses an input.</param>
    /// <param name="share">The share of the default number of inputs, for a slow target.</param>
    /// <param name="bytesPerByte">What may be allocated for each byte of an input, garbage included; more for a target that reads rows and
    /// keeps none.</param>
    public static void Run(string target, Action<byte[]> parse, Type[] rejections, double share = 1, long bytesPerByte = 64) =>
        new Fuzzer(target, parse, rejections, bytesPerByte).Run((int)Math.Ceiling(Inputs * share));

    private static int ReadSetting(string name, int defaultValue) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var set) ? set : defaultValue;

    /// <summary>
    /// A thread of its own, so that the test can end while the parser does not, and with a stack that is no larger than a server's.
    /// </summary>
    private void Run(int inputs)
    {
        Interlocked.Exchange(ref _inputStart, TimeProvider.System.GetTimestamp());
        var runStart = TimeProvider.System.GetTimestamp();
        var thread = new Thread(() => RunInputs(inputs), StackBytes) { IsBackground = true, Name = $"fuzzing {_target}" };
        thread.Start();
        while (!thread.Join(250))
        {
            if (TimeProvider.System.GetElapsedTime(Interlocked.Read(ref _inputStart)) > InputTimeout)
            {
                Assert.Fail($"{_target}: an input of {_current.Length} bytes takes longer than {InputTimeout.TotalSeconds} s. Base64: "
                    + $"{Convert.ToBase64String(_current)}");
            }
        }

        Assert.True(_faults.Count == 0, $"{_target}: {_faults.Count} distinct faults.\n\n{string.Join("\n\n", _faults.Values)}");
        Assert.True(_accepted > 0, $"{_target}: no input was accepted, so nothing beyond the first check was tested.");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"fuzzed {_target}: {_accepted + _rejected} inputs, {_accepted} accepted, {_rejected} rejected, "
                + $"{TimeProvider.System.GetElapsedTime(runStart).TotalSeconds:F1} s");
    }

    private void RunInputs(int inputs)
    {
        foreach (var (name, content) in _corpus) RunInput(content, $"the corpus file {name}");
        var mutations = Mutation.Of([.. _corpus.Select(static seed => seed.Content)]);
        var stream = (uint)_target.Aggregate(Seed, static (hash, c) => unchecked((hash * 31) + c));
        for (var number = 1; number <= inputs && _faults.Count < ReportedFaults; number++)
            RunInput(mutations.Generate(new PCG(stream, (ulong)number), null, out _), $"input {number} of seed {Seed}");
    }

    private void RunInput(byte[] input, string which)
    {
        if (FindFault(input) is not { } fault || _faults.ContainsKey(fault.Kind)) return;
        var smaller = Minimize(input, fault.Kind);
        _faults[fault.Kind]
            = $"{which}, minimized from {input.Length} to {smaller.Length} bytes: {FindFault(smaller)?.Detail ?? fault.Detail}\n"
            + $"as text: {Encoding.UTF8.GetString(smaller)}\nbase64: {Convert.ToBase64String(smaller)}";
    }

    /// <summary>Parses an input and returns the kind and the details of the fault, or null.</summary>
    private (string Kind, string Detail)? FindFault(byte[] input)
    {
        _current = input;
        Interlocked.Exchange(ref _inputStart, TimeProvider.System.GetTimestamp());
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            _parse(input);
            _accepted++;
        }
        catch (Exception e) when (_rejections.Contains(e.GetType()))
        {
            _rejected++;
        }
        catch (Exception e)
        {
            var frame = e.StackTrace?.Split('\n').FirstOrDefault(static line => line.Contains("StreamBert.", StringComparison.Ordinal));
            return ($"{e.GetType()} {frame}", $"{e}");
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated <= (_bytesPerByte * input.Length) + SpareBytes ? null : ("memory", $"{allocated:N0} bytes were allocated.");
    }

    /// <summary>Removes parts of the input as long as the same fault remains.</summary>
    private byte[] Minimize(byte[] input, string kind)
    {
        var attempts = 0;
        for (var size = input.Length / 2; size > 0; size /= 2)
        {
            for (var at = 0; at < input.Length && attempts++ < ReductionAttempts;)
            {
                var without = Mutation.Replaced(input, at, size, []);
                if (FindFault(without)?.Kind == kind) input = without;
                else at += size;
            }
        }

        return input;
    }
}
