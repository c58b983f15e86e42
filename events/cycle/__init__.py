"""One member's year: what happens in it, what may be asked of it, and the rules that decide."""

from typing import TYPE_CHECKING, assert_never

from events.cycle import appraisal, check_in, commands, criticism, load, pledge, self_criticism, stage
from events.cycle.commands import CycleCommand
from events.cycle.evolve import evolve
from events.cycle.setting import Setting
from events.cycle.state import Cycle
from events.decider import Decider, Reader

if TYPE_CHECKING:
    from events.decider import Command


def decide(cycle: Cycle, command: CycleCommand, setting: Setting) -> list[object]:
    """What follows from a command, by the rules of its stage; `[]` when it is already so."""
    match command:
        case commands.SubmitPledge():
            return pledge.submit_pledge(cycle, command, setting)
        case commands.WithdrawPledge():
            return pledge.withdraw_pledge(cycle, command, setting)
        case commands.OpenPledgeForReview():
            return pledge.open_pledge_for_review(cycle, command, setting)
        case commands.ReturnPledge():
            return pledge.return_pledge(cycle, command, setting)
        case commands.ApprovePledge():
            return pledge.approve_pledge(cycle, command, setting)
        case commands.ReportCheckIn():
            return check_in.report_check_in(cycle, command, setting)
        case commands.SubmitSelfCriticism():
            return self_criticism.submit_self_criticism(cycle, command, setting)
        case commands.WithdrawSelfCriticism():
            return self_criticism.withdraw_self_criticism(cycle, command, setting)
        case commands.OpenSelfCriticismForReview():
            return self_criticism.open_self_criticism_for_review(cycle, command, setting)
        case commands.GiveCriticism():
            return criticism.give_criticism(cycle, command, setting)
        case commands.AnswerCriticism():
            return criticism.answer_criticism(cycle, command, setting)
        case commands.RecordPresentation():
            return self_criticism.record_presentation(cycle, command, setting)
        case commands.ReturnSelfCriticism():
            return self_criticism.return_self_criticism(cycle, command, setting)
        case commands.AcceptSelfCriticism():
            return self_criticism.accept_self_criticism(cycle, command, setting)
        case commands.RecordVote():
            return appraisal.record_vote(cycle, command, setting)
        case commands.CorrectVote():
            return appraisal.correct_vote(cycle, command, setting)
        case commands.ReturnAppraisal():
            return appraisal.return_appraisal(cycle, command, setting)
        case commands.DecideAppraisal():
            return appraisal.decide_appraisal(cycle, command, setting)
        case commands.CorrectAppraisal():
            return appraisal.correct_appraisal(cycle, command, setting)
        case _:
            return _decide_stage(cycle, command, setting)


StageCommand = (
    commands.AcknowledgeResult
    | commands.GrantExtension
    | commands.OpenText
    | commands.OpenCycle
    | commands.RemindReview
    | commands.EscalateReview
    | commands.MakeResultFinal
    | commands.CloseCycle
)


def _decide_stage(cycle: Cycle, command: StageCommand, setting: Setting) -> list[object]:
    match command:
        case commands.AcknowledgeResult():
            return stage.acknowledge_result(cycle, command, setting)
        case commands.GrantExtension():
            return stage.grant_extension(cycle, command, setting)
        case commands.OpenText():
            return stage.open_text(cycle, command, setting)
        case commands.OpenCycle():
            return stage.open_cycle(cycle, command, setting)
        case commands.RemindReview():
            return stage.remind_review(cycle, command, setting)
        case commands.EscalateReview():
            return stage.escalate_review(cycle, command, setting)
        case commands.MakeResultFinal():
            return stage.make_result_final(cycle, command, setting)
        case commands.CloseCycle():
            return stage.close_cycle(cycle, command, setting)
        case _:
            assert_never(command)


async def setting(reader: Reader, stream: str, command: "Command") -> Setting:
    """What a decision in this year reads from elsewhere, as of `command.at`."""
    return await load.setting(CYCLE, reader, stream, command)  # type: ignore[arg-type]  # read for its state alone


def _sealed_for(_: str, setting: Setting) -> str:
    """Every text is about the member, whoever wrote it: under the key of their person."""
    return setting.subject


CYCLE: Decider[Cycle, CycleCommand, Setting] = Decider(
    name="cycle", initial=Cycle(), evolve=evolve, decide=decide, setting=setting, sealed_for=_sealed_for
)
