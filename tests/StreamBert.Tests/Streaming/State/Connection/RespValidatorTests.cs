using System.Text;
using CsCheck;
using StreamBert.Streaming.State.Connection;

namespace StreamBert.Tests.Streaming.State.Connection;

public sealed class RespValidatorTests
{
    [Theory]
    [InlineData("+OK\r\n")]
    [InlineData("-ERR no\r\n:5\r\n$-1\r\n*-1\r\n_\r\n#t\r\n,1.5\r\n")]
    [InlineData("$5\r\nhello\r\n$0\r\n\r\n")]
    [InlineData("*3\r\n:1\r\n*2\r\n$1\r\na\r\n*0\r\n+OK\r\n%1\r\n+a\r\n:1\r\n>2\r\n+x\r\n+y\r\n")]
    [InlineData("$2\r\n\r\n\r\n")]
    public void Responses_of_a_server_are_valid_however_they_are_split(string answer)
    {
        var bytes = Encoding.ASCII.GetBytes(answer);
        Gen.Int[1, 7].Sample(size =>
        {
            var guard = new RespValidator();
            foreach (var part in bytes.Chunk(size))
                guard.Check(part);
        }, iter: 20);
    }

    [Theory]
    [InlineData("$-5\r\n")]
    [InlineData("$2147483647\r\n")]
    [InlineData("$99999999999999999999\r\n")]
    [InlineData("*100000000\r\n")]
    [InlineData("%2147483647\r\n")]
    [InlineData("*-7\r\n")]
    [InlineData("$\r\n")]
    [InlineData("$five\r\n")]
    [InlineData("$3\r\nabcd\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("+a\n")]
    public void Invalid_responses_are_rejected(string answer) =>
        Assert.Throws<InvalidDataException>(() => new RespValidator().Check(Encoding.ASCII.GetBytes(answer)));

    [Fact]
    public void Nesting_and_lines_are_limited()
    {
        Assert.Throws<InvalidDataException>(
            static () => new RespValidator()
                .Check(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("*1\r\n", RespValidator.MaxDepth + 1)))));
        Assert.Throws<InvalidDataException>(
            static () => new RespValidator().Check(Encoding.ASCII.GetBytes("+" + new string('x', RespValidator.MaxLineBytes + 1))));
    }
}
